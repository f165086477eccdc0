import { RestAPIClient } from '@cognigy/rest-api-client';

/** A route of the platform's API. */
export interface VendorRoute {
  method: string;
  /** The segments of its path, with `null` for an id. */
  segments: Array<string | null>;
}

/** Stands for any argument that an operation puts into its path. */
const ID = '__id__';
/** Operations without a single request: they log in or out, or send a file in pieces. */
const NO_ROUTES = /^(?:setCredentials|log(?:in|out)|get\w*Token|isLoggedIn|getAuthorizationCode|uploadResumable|getHttpAdapter)$/;

let known: Promise<VendorRoute[]> | undefined;

/** Whether the vendor's client has an operation that sends such a request. @param path without the query */
export async function isVendorRoute(method: string, path: string): Promise<boolean> {
  const given = path.split('/');
  return (await vendorRoutes()).some((route) => {
    const { segments } = route;
    return route.method === method && segments.length === given.length && segments.every((one, index) => one === null || one === given[index]);
  });
}

/** Finds the routes that the vendor's client knows: calls each of its operations with an HTTP adapter that sends nothing. */
export function vendorRoutes(): Promise<VendorRoute[]> {
  return (known ??= readRoutes());
}

async function readRoutes(): Promise<VendorRoute[]> {
  const routes: VendorRoute[] = [];
  const client = new RestAPIClient({ baseUrl: 'http://localhost' });
  const request = ({ method, url }: { method: string; url: string }): Promise<{ data: object }> => {
    const [path = ''] = url.split('?');
    routes.push({ method, segments: path.split('/').map((segment) => (segment.includes(ID) ? null : segment)) });
    return Promise.resolve({ data: {} });
  };
  Object.assign(client, { getHttpAdapter: () => ({ request }) });
  const anyId: object = new Proxy({}, { get: () => ID });
  for (const [name, operation] of Object.entries(client) as Array<[string, unknown]>) {
    if (typeof operation === 'function' && !NO_ROUTES.test(name)) await (operation as (args: object) => unknown)(anyId);
  }
  return routes;
}
