import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { emptyLock, lockFileOf, readCheckedLock, readLock, writeLock } from '../../../tools/cli/lock';
import type { Lock } from '../../../tools/cli/lock';
import { LockKeeper } from '../../../tools/cli/lock/keeper';
import { lockKeys } from '../../../tools/cli/lock/keys';
import { stretchWithoutWork } from '../../support/stretch-without-work';

let folder: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-lock-'));
  config = join(folder, 'my.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('stands beside the configuration', () => {
  expect(lockFileOf('/a/b/my.json')).toBe('/a/b/my.lock.json');
  expect(lockFileOf('my.conf')).toBe('my.conf.lock.json');
});

test('is read as it was written, and leaves nothing beside it', () => {
  expect(readLock(config).lock).toEqual(emptyLock());
  const keys = lockKeys('a key', '00');
  const lock = { ...emptyLock(), functionId: 'f1', made: ['function'] };
  writeLock(config, lock, keys);
  expect(readLock(config).lock).toEqual({ ...lock, keyId: keys.keyId() });
  expect(readdirSync(folder)).toEqual(['my.lock.json']);
});

test.each([
  '',
  '{',
  '[]',
  '{"version": 2}',
  '{"version": 1, "made": "x"}',
  '{"version": 1, "made": [5]}',
  '{"version": 1, "functionId": {}}',
  '{"version": 1, "extensionTask": "x"}',
  '{"version": 1, "salt": 5}',
  '{"version": 1, "connectionIds": {"a": 1}}',
  '{"version": 1, "connections": {"a": null}}',
  '{"version": 1, "connections": {"a": {"hash": 7}}}',
])('a damaged one is an error: %j', (text) => {
  writeFileSync(lockFileOf(config), text);
  expect(() => readLock(config)).toThrow(expect.objectContaining({ code: 'lock_unreadable', exitCode: 2 }) as Error);
});

describe('its signature', () => {
  const owner = { projectId: 'p1', apiKey: 'a key' };
  const others = { ...owner, apiKey: 'another key' };
  const file = (): string => lockFileOf(config);
  const content = (): Lock & { mac?: string } => JSON.parse(readFileSync(file(), 'utf8')) as Lock & { mac?: string };
  const write = (changed: object): void => writeFileSync(file(), JSON.stringify(changed));
  const tampered = expect.objectContaining({ code: 'lock_tampered', exitCode: 2 }) as Error;

  let stretching: jest.SpyInstance;
  beforeAll(() => void (stretching = stretchWithoutWork()));
  afterAll(() => stretching.mockRestore());

  beforeEach(() => {
    new LockKeeper(config, owner).made('function', { functionId: 'f1', connectionIds: { A: 'c1' }, connections: { A: { hash: 'h', lastChanged: 1 } } });
  });

  test('is valid for what deploy wrote, however it is laid out', () => {
    expect(new LockKeeper(config, owner).signature).toBe('valid');
    write(content());
    const keeper = new LockKeeper(config, owner);
    expect(keeper.signature).toBe('valid');
    keeper.update({ functionId: undefined });
    expect(new LockKeeper(config, owner)).toMatchObject({ signature: 'valid', lock: { made: ['function'] } });
  });

  test.each<[string, object]>([
    ['an id', { functionId: 'f9' }],
    ['a connection', { connectionIds: { A: 'c9' } }],
    ['what was made', { made: ['function', 'endpoint'] }],
    ['what was being made', { making: 'connection:A' }],
    ['a member that nobody knows', { more: true }],
    ['the signature', { mac: 'f'.repeat(64) }],
    ['its kind', { mac: 5 }],
  ])('refuses a file in which somebody changed %s', (_, changes) => {
    write({ ...content(), ...changes });
    expect(() => new LockKeeper(config, owner)).toThrow(tampered);
    expect(() => readCheckedLock(config, owner.apiKey)).toThrow(tampered);
  });

  test('refuses one of another project, and one whose project was changed', () => {
    const moved = { ...owner, projectId: 'p2' };
    expect(() => new LockKeeper(config, moved)).toThrow(expect.objectContaining({ code: 'lock_of_another_project' }) as Error);
    write({ ...content(), projectId: 'p2' });
    expect(() => new LockKeeper(config, moved)).toThrow(tampered);
  });

  test('can not be checked with another API key, which signs it from then on', () => {
    const keeper = new LockKeeper(config, others);
    expect(keeper.signature).toBe('other_key');
    keeper.update({});
    expect(new LockKeeper(config, others).signature).toBe('valid');
    expect(new LockKeeper(config, owner).signature).toBe('other_key');
  });

  test('can not be checked where there is no key', () => {
    write({ ...content(), functionId: 'f9' });
    expect(readCheckedLock(config, undefined)).toMatchObject({ lock: { functionId: 'f9' }, signature: undefined });
  });

  test('is missing in a file of 0.1.0, which is signed with the first change', () => {
    const { mac, keyId, ...old } = content();
    expect([mac, keyId]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{16}$/)]);
    write(old);
    const keeper = new LockKeeper(config, owner);
    expect(keeper).toMatchObject({ signature: 'missing', lock: old });
    keeper.update({});
    expect(content()).toEqual({ ...old, mac, keyId });
  });
});

test.each([{ functionId: '..' }, { urlToken: 'a/b' }, { projectId: '\u001b[2J' }, { connectionIds: { A: '%2e' } }, { extensionTask: { id: '../x', hash: '' } }])(
  'what is no id would lead to another address: %j',
  (content) => {
    writeFileSync(lockFileOf(config), JSON.stringify({ version: 1, ...content }));
    expect(() => readLock(config)).toThrow(expect.objectContaining({ code: 'lock_unreadable' }) as Error);
  },
);
