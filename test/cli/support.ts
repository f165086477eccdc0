import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';

import type { CliContext } from '../../tools/cli/command';
import { run } from '../../tools/cli/program';

/** Values that must never be shown. */
export const CANARIES = {
  clientSecret: 'canary-client-secret-5d1c',
  refreshToken: 'canary-refresh-token-77aa',
  apiKey: 'canary-api-key-90fe',
  endpointSecret: 'canary-endpoint-secret-1b2c',
};

export const ENVIRONMENT = {
  CLIENT_SECRET: CANARIES.clientSecret,
  REFRESH_TOKEN: CANARIES.refreshToken,
  API_KEY: CANARIES.apiKey,
  ENDPOINT_SECRET: CANARIES.endpointSecret,
};

/** A configuration with every required key and no more. */
export function smallestConfiguration(): Record<string, unknown> & { tokens: Record<string, unknown>[] } {
  return {
    tokens: [
      { tokenUrl: 'https://login.example.com/oauth2/token', clientId: 'a-client', clientSecret: '${CLIENT_SECRET}' },
    ],
    storeUrl: 'https://endpoint.example.com/0123456789abcdef',
    endpointSecret: '${ENDPOINT_SECRET}',
    apiUrl: 'https://api.example.com',
    apiKey: '${API_KEY}',
    functionId: '64b7f0c2a1b2c3d4e5f60718',
  };
}

/** A temporary folder with templates and configuration files in it. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'access-token-cli-'));

  constructor() {
    const templates = join(__dirname, '../../tools/build/templates');
    for (const [artifact, subject] of [
      ['function', 'function'],
      ['function-custom-request', 'function'],
      ['transformer-rest', 'transformer'],
      ['transformer-webhook', 'transformer'],
      ['transformer-socket', 'transformer'],
    ] as const) {
      writeFileSync(this.path(`${artifact}.ts`), readFileSync(join(templates, `${subject}.ts.txt`), 'utf8'));
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a configuration, an object or raw text, and returns its path. */
  configuration(content: unknown): string {
    const file = this.path('config.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2), { mode: 0o600 });
    return file;
  }

  async run(args: string[], env: Record<string, string | undefined> = ENVIRONMENT, changes: Partial<CliContext> = {}): Promise<Outcome> {
    const outcome: Outcome = { code: -1, out: '', err: '' };
    const code = await run(args, {
      env,
      templates: this.folder,
      print: (text) => (outcome.out += text),
      complain: (text) => (outcome.err += text),
      program: 'access-token',
      isTerminal: false,
      now: () => Date.now(),
      sleep: () => Promise.reject(new Error('No time passes here.')),
      transport: () => Promise.reject(new Error('Nothing is sent from here.')),
      ...changes,
    });
    return { ...outcome, code };
  }

  render(artifact: string, content: unknown, env?: Record<string, string | undefined>): Promise<Outcome> {
    return this.run(['render', artifact, '--config', this.configuration(content)], env);
  }
}

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Evaluates the configuration block of a rendered file, as the platform will. */
export function configOf(text: string): Record<string, unknown> {
  const [, block] = /^\/\/ ---- configuration: .*\n([^]*?)^\/\/ ---- end of configuration ----$/m.exec(text) ?? [];
  if (block === undefined) throw new Error('There is no configuration block.');
  return JSON.parse(vm.runInNewContext(`${block}; JSON.stringify(CONFIG)`) as string) as Record<string, unknown>;
}
