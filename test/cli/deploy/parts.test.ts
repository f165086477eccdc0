import { locate } from '../../../tools/cli/deploy/actual-state';
import { lockKeys } from '../../../tools/cli/lock/keys';

const fieldsHasher = (apiKey: string, salt: string) => lockKeys(apiKey, salt).hashFields;

describe('locate', () => {
  const items = [
    { id: '1', name: 'A' },
    { id: '2', name: 'B' },
    { id: '3', name: 'B' },
  ];
  const search = { kind: 'Function', name: 'A' };

  test('by the id of the configuration, and by nothing else', () => {
    expect(locate(items, { ...search, explicitId: '2', lockedId: '1' })).toBe(items[1]);
    expect(() => locate(items, { ...search, explicitId: '9', lockedId: '1' })).toThrow('The project has no Function with the id 9.');
  });

  test('by the id of the lock file while it exists, then by name', () => {
    expect(locate(items, { ...search, lockedId: '3' })).toBe(items[2]);
    expect(locate(items, { ...search, lockedId: '9' })).toBe(items[0]);
    expect(locate(items, { ...search, name: 'a' })).toBeUndefined();
  });

  test('two of one name are an error that names both, unless the lock file knows which', () => {
    expect(() => locate(items, { ...search, name: 'B' })).toThrow('named "B": 2, 3.');
    expect(locate(items, { ...search, name: 'B', lockedId: '2' })).toBe(items[1]);
  });
});

describe('the hash of fields', () => {
  const fields = { clientId: 'a', clientSecret: 'b' };
  const salt = '00112233445566778899aabbccddeeff';

  test('stays the same for the same fields in any order', () => {
    const hash = fieldsHasher('a key', salt);
    expect(hash(fields)).toBe(hash({ clientSecret: 'b', clientId: 'a' }));
    expect(fieldsHasher('a key', salt)(fields)).toBe(hash(fields));
  });

  test('differs with fields, key and salt', () => {
    const hashes = [
      fieldsHasher('a key', salt)(fields),
      fieldsHasher('a key', salt)({ ...fields, clientSecret: 'c' }),
      fieldsHasher('a key', salt)({ clientId: 'a","clientSecret', clientSecret: 'b' }),
      fieldsHasher('another key', salt)(fields),
      fieldsHasher('a key', salt.replace('00', '01'))(fields),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
