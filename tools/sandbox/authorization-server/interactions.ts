import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What a user can do on a page: each is a `POST` to a path below the page's own. */
const ACTIONS = { login: 'Sign in', consent: 'Allow', deny: 'Deny' } as const;

type Action = keyof typeof ACTIONS;

/**
 * The pages where a user signs in, sees what a client asks for, and allows or denies it. There is one user, without a password.
 *
 * @param account the user's id
 */
export function serveInteractions(provider: Provider, account: string): void {
  provider.use(async (context, next) => {
    const [, uid, action] = /^\/interaction\/([\w-]+)(?:\/(login|consent|deny))?$/.exec(context.path) ?? [];
    if (uid === undefined) {
      await next();
      return;
    }
    const { req, res } = context;
    const details = await provider.interactionDetails(req, res);
    if (context.method === 'GET' && action === undefined) {
      context.type = 'html';
      context.body = page(details, account);
    } else if (context.method === 'POST' && action !== undefined) {
      context.respond = false;
      await answer(provider, account, action as Action, details, req, res);
    } else context.status = 404;
  });
}

/** @returns the path of an interaction's page */
export function interactionPath(uid: string): string {
  return `/interaction/${uid}`;
}

function page({ uid, prompt, params }: Details, account: string): string {
  const { client_id: clientId, scope } = params as { client_id: string; scope?: string };
  const isLogin = prompt.name === 'login';
  const client = escaped(clientId);
  const scopes = escaped(scope ?? '');
  const text = isLogin ? `You are ${escaped(account)}.` : `${client} asks for access on your behalf: <strong id="scopes">${scopes}</strong>`;
  const buttons = (isLogin ? (['login'] as const) : (['consent', 'deny'] as const)).map(
    (action) => `<form method="post" action="${interactionPath(uid)}/${action}"><button id="${action}">${ACTIONS[action]}</button></form>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sandbox: ${isLogin ? 'sign in' : 'consent'}</title></head>
<body><h1>Authorization server of the sandbox</h1><p>${text}</p>${buttons.join('')}</body>
</html>
`;
}

async function answer(provider: Provider, account: string, action: Action, details: Details, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (action === 'login') return provider.interactionFinished(req, res, { login: { accountId: account } });
  if (action === 'deny') return provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'The user has denied it' });
  const grantId = await saveGrant(provider, account, details);
  return provider.interactionFinished(req, res, { consent: { grantId } }, { mergeWithLastSubmission: true });
}

/** Grants what the client asked for, unless it is granted already. */
async function saveGrant(provider: Provider, accountId: string, { prompt, params, grantId }: Details): Promise<string> {
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = known ?? new provider.Grant({ accountId, clientId: String(params['client_id']) });
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: Record<string, string[]>;
  };
  if (missingOIDCScope.length > 0) grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) grant.addResourceScope(resource, scopes.join(' '));
  return grant.save();
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
