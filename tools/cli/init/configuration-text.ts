import { DEFAULT_TOKEN_NAME } from '../../../src/stores';
import { VARIABLES } from '../shell';
import type { Answers } from './answers';

/** @returns the configuration file's text: every secret in it is a reference to an environment variable */
export function configurationText(answers: Answers): string {
  const { projectId, apiUrl, store, endpointBaseUrl, refreshFlowUrl, allowInsecure } = answers;
  const byStore =
    store === 'redis'
      ? { refreshBy: 'flow', refreshFlowUrl }
      : { endpointBaseUrl, endpointSecret: reference(VARIABLES.endpointSecret) };
  const content = {
    projectId,
    apiUrl,
    apiKey: reference(VARIABLES.apiKey),
    ...byStore,
    tokens: [tokenEntry(answers)],
    ...(allowInsecure ? { allowInsecure } : {}),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function tokenEntry({ token, refreshPercent }: Answers): Record<string, unknown> {
  const { tokenUrl, clientId, clientAuthentication, scope, audience, defaultLifetimeSeconds } = token;
  return {
    tokenName: DEFAULT_TOKEN_NAME,
    tokenUrl,
    clientId,
    clientSecret: reference(VARIABLES.clientSecret),
    clientAuthentication,
    ...(scope === '' ? {} : { scope }),
    ...(audience === '' ? {} : { audience }),
    refreshPercent,
    ...(defaultLifetimeSeconds === '' ? {} : { defaultLifetimeSeconds: Number(defaultLifetimeSeconds) }),
  };
}

function reference(name: string): string {
  return `\${${name}}`;
}
