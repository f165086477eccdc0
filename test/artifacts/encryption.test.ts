import { BuiltTransformer } from '../support/built-transformer';

const OLD = 'canary-old-endpoint-secret-11';
const NEW = 'canary-new-endpoint-secret-22';
const NAME = 'accessToken';
const SECONDS = 1_900_000_000;
const TOKEN = {
  access_token: 'canary-access-token',
  token_type: 'Bearer',
  expires_in: 600,
  refresh_token: 'canary-refresh-token',
  scope: 'canary-scope',
};
const RECORD = { token: TOKEN, timestamp: SECONDS };
const NEXT = { access_token: 'canary-access-token-2', refresh_token: 'canary-refresh-token-2' };
const FRESH = { token: { ...TOKEN, ...NEXT }, timestamp: SECONDS };

const READ = { op: 'read', tokenName: NAME };
const CHECKOUT = { op: 'checkout', tokenName: NAME, owner: 'anna', leaseMs: 15_000, refreshPercent: 90 };

function commitOf(record: object, ifVersion: number): object {
  return { op: 'commit', tokenName: NAME, owner: 'anna', ifVersion, record };
}

function stored(transformer: BuiltTransformer): unknown {
  return transformer.session(`record:${NAME}`)?.['record'];
}

/** Another rendering of the file, pasted over the one that filled the storage. */
function pastedOver({ storage, kind }: BuiltTransformer, config: object): BuiltTransformer {
  return new BuiltTransformer(kind, config, { storage });
}

describe.each(['rest', 'webhook', 'socket'] as const)('%s', (kind) => {
  test('nothing of a token can be read in the session storage', async () => {
    const transformer = new BuiltTransformer(kind, { endpointSecret: OLD });
    const failure = { code: 'invalid_client', at: 1, attempts: 1, retryAt: SECONDS * 1000 };
    await transformer.operate(OLD, CHECKOUT);
    expect(await transformer.operate(OLD, commitOf(RECORD, 0))).toMatchObject({ body: { version: 1 } });
    await transformer.operate(OLD, { op: 'release', tokenName: NAME, owner: 'anna', failure });
    await transformer.post({ ...FRESH, endpointSecret: OLD, tokenName: 'classic' });
    const tokens = [{ tokenName: NAME, refreshPercent: 90 }];
    await transformer.operate(OLD, { op: 'beat', chainId: 'c', hop: 1, owner: 'h', leaseMs: 1, tokens });
    expect(Object.keys(transformer.storage.dump())).toHaveLength(4);
    expect(transformer.dump()).not.toContain('canary');
    expect(transformer.dump()).not.toContain(Buffer.from('canary').toString('base64').slice(0, 7));
    expect(stored(transformer)).toMatch(/^access-token-1(\.[\w+/=]+){4}$/);
    expect(await transformer.operate(OLD, READ)).toMatchObject({ body: { record: { ...RECORD, version: 1 } } });
    expect(transformer.logs.text()).toBe('');
  });
});

test('the same token is never stored as the same text', async () => {
  const transformer = new BuiltTransformer('rest', { endpointSecret: OLD });
  await transformer.operate(OLD, commitOf(RECORD, 0));
  const first = stored(transformer);
  await transformer.operate(OLD, commitOf(RECORD, 1));
  expect(stored(transformer)).not.toBe(first);
});

test('a record moved to another name is not handed out', async () => {
  const transformer = new BuiltTransformer('rest', { endpointSecret: OLD });
  await transformer.operate(OLD, commitOf(RECORD, 0));
  await transformer.plant('record:other', 'record', stored(transformer));
  expect(await transformer.operate(OLD, { ...READ, tokenName: 'other' })).toMatchObject({ body: { record: null } });
});

test('a plain record of an earlier version is read, and encrypted by the next commit', async () => {
  const transformer = new BuiltTransformer('rest', { endpointSecret: OLD });
  await transformer.plant(`record:${NAME}`, 'record', { ...RECORD, version: 7 });
  expect(await transformer.operate(OLD, CHECKOUT)).toMatchObject({
    body: { record: { ...RECORD, version: 7 }, lease: 'not_needed' },
  });
  expect(transformer.dump()).toContain('canary-refresh-token');
  expect(await transformer.operate(OLD, commitOf(FRESH, 7))).toMatchObject({ status: 200, body: { version: 8 } });
  expect(transformer.dump()).not.toContain('canary');
  expect(await transformer.operate(OLD, READ)).toMatchObject({ body: { record: { ...FRESH, version: 8 } } });
  expect(transformer.logs.text()).toBe('');
});

describe('a new Endpoint secret', () => {
  const filled = async () => {
    const transformer = new BuiltTransformer('rest', { endpointSecret: OLD });
    await transformer.operate(OLD, commitOf(RECORD, 0));
    return transformer;
  };

  test('with the previous one: both are let in, old records are read and rewritten', async () => {
    const before = await filled();
    const during = pastedOver(before, { endpointSecret: NEW, previousEndpointSecret: OLD });
    for (const secret of [OLD, NEW]) {
      const read = await during.operate(secret, READ);
      expect(read).toMatchObject({ status: 200, body: { record: { ...RECORD, version: 1 } } });
    }
    expect(await during.operate('neither', READ)).toMatchObject({ status: 401 });
    // Whoever still uses the old secret writes with the new key already.
    expect(await during.operate(OLD, commitOf(FRESH, 1))).toMatchObject({ status: 200, body: { version: 2 } });
    expect(during.logs.text()).not.toMatch(/stored record/);

    const after = pastedOver(during, { endpointSecret: NEW });
    expect(await after.operate(NEW, READ)).toMatchObject({ status: 200, body: { record: { ...FRESH, version: 2 } } });
    expect(await after.operate(OLD, READ)).toMatchObject({ status: 401, body: { error: 'invalid_endpoint_secret' } });
    expect(after.logs.text()).not.toMatch(/stored record/);
  });

  // Sessions go by the secret: another secret is another store.
  test('without it: the record is missing, and the next refresh puts another one in its place', async () => {
    const after = pastedOver(await filled(), { endpointSecret: NEW });
    expect(await after.operate(OLD, READ)).toMatchObject({ status: 401 });
    expect(await after.operate(NEW, CHECKOUT)).toMatchObject({ status: 200, body: { record: null, lease: 'granted' } });
    expect(await after.operate(NEW, commitOf(FRESH, 0))).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await after.operate(NEW, READ)).toMatchObject({ body: { record: { ...FRESH, version: 1 } } });
    expect(after.dump()).not.toContain('canary');
    expect(after.logs.text()).not.toContain('canary');
  });

  test('an empty previous secret lets nobody in', async () => {
    const transformer = new BuiltTransformer('rest', { endpointSecret: NEW, previousEndpointSecret: '' });
    for (const endpointSecret of ['', null, undefined]) {
      expect(await transformer.post({ endpointSecret, tokenStore: READ })).toMatchObject({ status: 401 });
    }
  });
});

test('the current token is there for the code in the user section, and for nobody without the key', async () => {
  const section = 'async function handleOutput({ output, endpoint, userId, sessionId }) {';
  const edit = (source: string) => source.replace(section, `${section} return accessToken();`);
  const transformer = new BuiltTransformer('webhook', { endpointSecret: OLD }, { edit });
  await transformer.operate(OLD, commitOf(RECORD, 0));
  expect(await transformer.output()).toBe(TOKEN.access_token);
  const other = new BuiltTransformer('webhook', { endpointSecret: NEW }, { edit, storage: transformer.storage });
  expect(await other.output()).toBeNull();
});
