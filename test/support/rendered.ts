import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { render } from '../../tools/cli/render/render';

export const DIST = join(__dirname, '../../dist');

/** The branches of each node, as a Flow has them. */
export const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  getAccessToken: ['OnSuccess', 'OnError'],
  refreshIfExpiring: ['OnRefreshed', 'OnStillValid', 'OnError'],
  authorizedRequest: ['OnSuccess', 'OnError'],
};

/** Fills a configuration into a built artifact as the command line does, but without a child process. */
export function renderArtifact(artifact: string, config: object, env: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'access-token-artifact-'));
  try {
    const file = join(folder, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    return render({ artifact, sources: { config: file, env, envFiles: [] }, templates: DIST }).text;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const transformers = new Map<string, string>();

/** The REST transformer with this secret filled in. Each secret is filled in only once. */
export function renderTransformer(endpointSecret: string): string {
  const text = transformers.get(endpointSecret) ?? renderArtifact('transformer-rest', { endpointSecret });
  transformers.set(endpointSecret, text);
  return text;
}
