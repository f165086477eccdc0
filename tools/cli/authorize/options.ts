import { refuseMore, SOURCE_OPTIONS, textOption, UsageError } from '../command';
import type { Call, Option } from '../command';
import { PROVIDER_OPTION, providerNamed } from '../providers';
import type { Provider } from '../providers/provider';

/** The options of a call. */
export interface AuthorizeOptions {
  /** Required if the configuration has several tokens. */
  tokenName: string | undefined;
  provider: Provider | undefined;
  /** The scope of the consent, in place of the token's `scope`. */
  scope: string | undefined;
  isDevice: boolean;
  opensBrowser: boolean;
  /** The port of the redirect address. */
  port: number | undefined;
  deploys: boolean;
}

export const AUTHORIZE_OPTIONS = {
  ...SOURCE_OPTIONS,
  token: { type: 'string', value: 'NAME', proposals: 'tokens' },
  provider: PROVIDER_OPTION,
  scope: { type: 'string', value: 'SCOPES' },
  device: { type: 'boolean' },
  'no-browser': { type: 'boolean' },
  port: { type: 'string', value: 'N' },
  deploy: { type: 'boolean' },
} as const satisfies Record<string, Option>;

const LARGEST_PORT = 65_535;

/** @throws UsageError */
export function readOptions(call: Call): AuthorizeOptions {
  refuseMore(call, 0);
  const provider = textOption(call, 'provider');
  const isDevice = call.values['device'] === true;
  const opensBrowser = call.values['no-browser'] !== true;
  const port = readPort(textOption(call, 'port'));
  if (isDevice && port !== undefined) throw new UsageError('--port goes with a browser on this machine, not with --device.');
  if (isDevice && !opensBrowser) throw new UsageError('--device opens no browser: leave --no-browser out.');
  return {
    tokenName: textOption(call, 'token'),
    provider: provider === undefined ? undefined : providerNamed(provider),
    scope: textOption(call, 'scope'),
    isDevice,
    opensBrowser,
    port,
    deploys: call.values['deploy'] === true,
  };
}

function readPort(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (port >= 1 && port <= LARGEST_PORT) return port;
  throw new UsageError(`--port takes a number from 1 to ${LARGEST_PORT}, not "${given}".`);
}
