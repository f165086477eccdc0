import type { TokenRecord } from '../../src/lifetime';
import { ContextPort, StoreEngine, withoutRefreshToken } from '../../src/stores';
import { recordOf, START } from '../support/token-records';

const REFRESH_TOKEN = 'canary-refresh-token-88aa';

test('a refresh token is never handed to the context', async () => {
  const context: Record<string, TokenRecord> = {};
  const copies = {
    get: (tokenName: string) => context[tokenName] ?? null,
    put: (tokenName: string, record: TokenRecord) => void (context[tokenName] = record),
    remove: (tokenName: string) => {
      delete context[tokenName];
    },
  };
  const store = new StoreEngine(new ContextPort(copies, () => START));
  const record = recordOf('kept', START, { refresh_token: REFRESH_TOKEN, id_token: REFRESH_TOKEN, scope: 'read' });
  await store.commit({ tokenName: 'accessToken', owner: 'anna', ifVersion: 0, record });
  expect(context).toEqual({
    accessToken: {
      token: { access_token: 'kept', token_type: 'Bearer', expires_in: 100, scope: 'read' },
      timestamp: START / 1000,
      version: 1,
    },
  });
  expect(JSON.stringify(context)).not.toContain(REFRESH_TOKEN);
});

test('a copy has the standard members only', () => {
  const record = { ...recordOf('kept', START, { refresh_token: REFRESH_TOKEN, nested: {} }), version: 7 };
  expect(withoutRefreshToken(record)).toEqual({
    token: { access_token: 'kept', token_type: 'Bearer', expires_in: 100 },
    timestamp: START / 1000,
    version: 7,
  });
});
