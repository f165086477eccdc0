import { DEFAULT_TOKEN_NAME } from '../../../src/stores';
import { VARIABLES } from '../shell';
import { TOKEN_SETTINGS } from './answers';
import type { Answers } from './answers';

/** @returns the text of the configuration file; every secret in it is a reference to an environment variable */
export function configurationText(answers: Answers): string {
  const { projectId, apiUrl, store, endpointBaseUrl, refreshFlowUrl, allowInsecure } = answers;
  const byFlow = refreshFlowUrl === undefined ? {} : { refreshBy: 'flow', refreshFlowUrl };
  const byStore = store === 'redis' ? {} : { endpointBaseUrl, endpointSecret: reference(VARIABLES.endpointSecret) };
  const content = {
    projectId,
    apiUrl,
    apiKey: reference(VARIABLES.apiKey),
    ...byFlow,
    ...byStore,
    tokens: [tokenEntry(answers)],
    ...(allowInsecure ? { allowInsecure } : {}),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function tokenEntry({ token, refreshPercent, ofProvider }: Answers): Record<string, unknown> {
  const given = { ...token, tokenName: DEFAULT_TOKEN_NAME, refreshPercent };
  const members = TOKEN_SETTINGS.filter(([name]) => given[name] !== undefined && given[name] !== '').map(
    ([name, { ask, kind }]): [string, unknown] => {
      if (ask?.variable !== undefined) return [name, reference(ask.variable)];
      return [name, typeof kind === 'object' && 'seconds' in kind ? Number(given[name]) : given[name]];
    },
  );
  return { ...Object.fromEntries(members), ...ofProvider?.members };
}

function reference(name: string): string {
  return `\${${name}}`;
}
