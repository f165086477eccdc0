import type { ConsentAddress } from '../../../tools/sandbox/studio/wire';
import { NEVER_DUE, summaryOf } from '../support/demo';
import { describeWithChromium, useStudio } from '../support/studio';
import { testAccessibility } from './accessibility-suite';
import { testConsent } from './consent-suite';
import { testForms } from './forms-suite';
import { testOptions } from './options-suite';
import { testProtection } from './protection-suite';
import { testRuns } from './runs-suite';
import { testStrikes } from './strikes-suite';

// One demo and one browser for all: each takes as long to start as some of these tests to run.
describeWithChromium('the studio', () => {
  const studio = useStudio(NEVER_DUE);

  afterEach(() => expect(studio().complaints).toEqual([]));

  describe('things that are broken once heal', () => testStrikes(studio));
  describe('a user consents', () => testConsent(studio));
  describe('forms', () => testForms(studio));
  describe('for everybody', () => testAccessibility(studio));
  describe('lists that the extension fills', () => testOptions(studio));
  describe('running nodes', () => testRuns(studio));
  describe('protection', () => testProtection(studio));

  test('in the end the demo itself says that nothing failed and nothing leaked, and nobody waits for a consent any more', async () => {
    const redirectUri = await startAuthorizing(studio().origin);
    // It takes no other request than the redirect.
    expect((await fetch(redirectUri)).status).toBe(404);
    const ended = await studio().end();
    await expect(fetch(redirectUri)).rejects.toThrow();
    expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
    expect(summaryOf(ended)).toMatchObject({ failed: 0, expired_tokens_used: 0, secrets_leaked: 0, status: 'healthy' });
  });
});

/** @returns where the command listens for the browser */
async function startAuthorizing(origin: string): Promise<string> {
  const headers = { origin, 'content-type': 'application/json' };
  const response = await fetch(`${origin}/api/authorize`, { method: 'POST', headers, body: '{}' });
  const { address } = (await response.json()) as ConsentAddress;
  return new URL(address).searchParams.get('redirect_uri') ?? '';
}
