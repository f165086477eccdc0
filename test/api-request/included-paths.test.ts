import fc from 'fast-check';

import { includedPaths } from '../../src/api-request/included-paths';
import { memberAt } from '../../src/json';

const ORDER = {
  id: 7,
  customer: { name: 'Ann', iban: 'canary', address: { city: 'Bonn', street: 'canary' } },
  items: [
    { price: 1, note: 'canary' },
    { price: 2, note: null },
  ],
  tags: ['a', 'b', 'c'],
};

test.each<[string, string[], unknown]>([
  ['nothing is named', [], ORDER],
  ['a member', ['id'], { id: 7 }],
  ['members of members', ['customer.name', 'customer.address.city'], { customer: { name: 'Ann', address: { city: 'Bonn' } } }],
  ['a whole part', ['items'], { items: ORDER.items }],
  ['a part, and more of it', ['customer.name', 'customer'], { customer: ORDER.customer }],
  ['one element', ['items[1].price'], { items: [null, { price: 2 }] }],
  ['a member of each element', ['items[].price'], { items: [{ price: 1 }, { price: 2 }] }],
  ['the same without brackets', ['items.price'], { items: [{ price: 1 }, { price: 2 }] }],
  ['the first of some texts', ['tags[0]'], { tags: ['a'] }],
  ['a null that is there', ['items[1].note'], { items: [null, { note: null }] }],
  ['what is not there', ['id', 'unknown', 'customer.unknown', 'id.deeper', 'items[9]'], { id: 7 }],
  ['nothing that is there', ['unknown'], null],
  ['what every object has', ['constructor', '__proto__', 'toString'], null],
])('%s: %j', (_, paths, expected) => expect(includedPaths(ORDER, paths)).toEqual(expected));

test.each(['a text', 5, null, true])('of %j, which has no parts, none is kept', (value) => {
  expect(includedPaths(value, ['a'])).toBeNull();
  expect(includedPaths(value, [])).toBe(value);
});

test('a list at the top has its parts too', () => {
  expect(includedPaths([{ a: 1, b: 2 }], ['a'])).toEqual([{ a: 1 }]);
  expect(includedPaths([{ a: 1, b: 2 }], ['[0].b'])).toEqual([{ b: 2 }]);
});

test('a name that is special stays a member like others', () => {
  const value = JSON.parse('{"__proto__": {"a": 1}, "b": 2}') as unknown;
  expect(JSON.stringify(includedPaths(value, ['__proto__.a']))).toBe('{"__proto__":{"a":1}}');
});

test('what is kept is where it was', () => {
  const name = fc.constantFrom('a', 'b', '0', '1');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('.'));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, fc.integer(), fc.dictionary(name, tie('tree')), fc.array(tie('tree'), { maxLength: 3 })),
  }));
  fc.assert(
    fc.property(tree, fc.array(path, { minLength: 1, maxLength: 3 }), (value, paths) => {
      const kept = includedPaths(value, paths);
      for (const wanted of paths) {
        // What memberAt finds in the answer, it finds in what is kept of it.
        const found = memberAt(value, wanted);
        if (found !== undefined && paths.length === 1) expect(memberAt(kept, wanted)).toEqual(found);
      }
      expect(includedPaths(kept, paths)).toEqual(kept);
    }),
    { numRuns: 300 },
  );
});
