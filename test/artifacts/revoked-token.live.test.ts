import type { StartSandboxOptions } from '../../tools/sandbox';
import { ATOMIC_STORAGE } from '../support/artifact-platform';
import { InProcessPlatform } from '../support/in-process-platform';
import { Conversations } from './support/rejected-token';

const CONVERSATIONS = 50;

let platform: InProcessPlatform;
afterEach(() => platform.close());

async function start(conversations: number, sandbox: StartSandboxOptions): Promise<Conversations> {
  platform = await InProcessPlatform.start({
    sandbox: { moduleState: 'kept', ...sandbox },
    server: { accessTokenLifetimeSeconds: 600 },
  });
  return new Conversations(platform, conversations, platform.sharedConfig());
}

test('50 conversations meet a revoked token together: where writes are seen at once it is one refresh', async () => {
  const all = await start(CONVERSATIONS, { ...ATOMIC_STORAGE, maxConcurrentExecutions: CONVERSATIONS });
  const met = await all.revokeUnderTheirHands(() => platform.server.holdTokensUntilRefused(CONVERSATIONS));
  expect(met.tokenRequests).toBe(1);
});

// Session storage shows a lease 20 ms late: whoever asks within them finds it free and refreshes too. Nobody fails
// for it. The first commit is what they all go on with, and the others' tokens are dropped.
test('where writes are seen 20 ms late the extra refreshes harm nobody', async () => {
  const atOnce = 8;
  const all = await start(3 * atOnce, { sessionStorageWriteDelayMs: 20, maxConcurrentExecutions: atOnce });
  const met = await all.revokeUnderTheirHands(() => platform.server.holdTokensUntilRefused(atOnce));
  expect(met.tokenRequests).toBeGreaterThanOrEqual(1);
  expect(met.tokenRequests).toBeLessThanOrEqual(atOnce);
});
