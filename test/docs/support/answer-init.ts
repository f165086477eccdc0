import type { AuthorizationServer, Sandbox } from '../../../tools/sandbox';
import type { RunningProgram } from '../../artifacts/support/command-line';

/** What somebody has who sets a project up. */
export interface Project {
  sandbox: Sandbox;
  server: AuthorizationServer;
  apiKey: string;
  clientSecret: string;
  scope?: string;
}

/** Answers the questions of `init` with what the sandbox has. */
export async function answerInit(program: RunningProgram, { sandbox, server, apiKey, clientSecret, scope = '' }: Project): Promise<void> {
  const answers = [
    ['Project id', sandbox.projectId],
    ['URL of the Cognigy API', sandbox.apiUrl],
    ['API key', apiKey],
    ['Token URL', server.tokenUrl],
    ['Client ID', 'my-bot'],
    ['Client secret', clientSecret],
    ['Scope', scope],
    ['Audience', ''],
    ['lives 15 min', ''],
    ['Where is the token kept', ''],
    ['Where do Endpoints answer', sandbox.endpointUrl('')],
    ['Write the secrets', ''],
  ] as const;
  for (const [question, answer] of answers) {
    await program.expect(question);
    program.type(`${answer}\r`);
  }
}
