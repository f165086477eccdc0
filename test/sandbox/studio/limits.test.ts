import extension from '../../../src/module';
import { findTooLong } from '../../../tools/sandbox/studio/limits';

const LONG = 'x'.repeat(201);
const LONGEST = 'x'.repeat(200);
const OVER_200 = 'must NOT have more than 200 characters';

/** The findings in a node with this field. */
function findInField(field: object): ReturnType<typeof findTooLong> {
  const good = { type: 'good', defaultLabel: 'Good', fields: [{ key: 'a', type: 'cognigyText', label: 'A' }] };
  const long = { key: 'b', type: 'cognigyText', label: 'B', ...field };
  const node = { type: 'node', defaultLabel: 'Node', fields: [...good.fields, long] };
  return findTooLong({ nodes: [good, node], connections: [] });
}

describe('in a field', () => {
  it('points at a label that is too long', () => {
    expect(findInField({ label: LONG })).toEqual([{ path: '/nodes/1/fields/1/label', problem: OVER_200 }]);
  });

  it('points at a description that is too long', () => {
    expect(findInField({ description: LONG })).toEqual([{ path: '/nodes/1/fields/1/description', problem: OVER_200 }]);
  });

  it('points at the language in which a text is too long', () => {
    const label = { default: 'B', enUS: 'B', deDE: LONG };
    expect(findInField({ label })).toEqual([{ path: '/nodes/1/fields/1/label/deDE', problem: OVER_200 }]);
    const description = { default: LONG, jaJP: LONG };
    expect(findInField({ description }).map(({ path }) => path)).toEqual([
      '/nodes/1/fields/1/description/default',
      '/nodes/1/fields/1/description/jaJP',
    ]);
  });

  it('finds nothing in what is just short enough', () => {
    expect(findInField({ label: LONGEST, description: { default: LONGEST, koKR: LONGEST } })).toEqual([]);
  });

  it('points into conditions inside conditions', () => {
    const condition = { and: [{ key: 'a', value: 'x' }, { or: [{ key: LONG, value: 'x' }] }] };
    const paths = findInField({ condition }).map(({ path }) => path);
    expect(paths).toEqual(['/nodes/1/fields/1/condition/and/1/or/0/key']);
  });
});

describe('in a node', () => {
  it('points at its own label and summary', () => {
    const node = { type: 'node', defaultLabel: { default: 'Node', esES: LONG }, summary: LONG };
    expect(findTooLong({ nodes: [node], connections: [] })).toEqual(
      expect.arrayContaining([
        { path: '/nodes/0/defaultLabel/esES', problem: OVER_200 },
        { path: '/nodes/0/summary', problem: OVER_200 },
      ]),
    );
  });

  it('points at a section with too many fields', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, index) => `field${index}`);
    const nodeWith = (count: number) => ({ type: 'node', sections: [{ key: 's', label: 'S', fields: keys(count) }] });
    expect(findTooLong({ nodes: [nodeWith(35)], connections: [] })).toEqual([]);
    expect(findTooLong({ nodes: [nodeWith(36)], connections: [] })).toEqual([
      { path: '/nodes/0/sections/0/fields', problem: 'must NOT have more than 35 items' },
    ]);
  });

  it('says nothing of what is wrong but not too long', () => {
    const node = { type: 7, unknown: true, defaultLabel: 'Node', fields: [{ key: 'a', type: 'unheardOf', label: [] }] };
    expect(findTooLong({ nodes: [node], connections: [] })).toEqual([]);
  });
});

describe('in a connection', () => {
  it('points at names that are empty or too long', () => {
    const problem = 'must have 1 to 200 characters';
    const connection = { type: 'c', label: LONG, fields: [{ fieldName: 'a' }, { fieldName: '' }] };
    expect(findTooLong({ nodes: [], connections: [connection] })).toEqual([
      { path: '/connections/0/label', problem },
      { path: '/connections/0/fields/1/fieldName', problem },
    ]);
  });
});

it('finds nothing in this extension', () => {
  const { nodes, connections } = JSON.parse(JSON.stringify(extension)) as { nodes: unknown[]; connections: unknown[] };
  expect(nodes).not.toHaveLength(0);
  expect(connections).not.toHaveLength(0);
  expect(findTooLong({ nodes, connections })).toEqual([]);
});
