import { Chronicle } from '../../../tools/sandbox/studio/chronicle';

const MOST = 60;

function chronicleOf(count: number): Chronicle {
  const chronicle = new Chronicle();
  for (let at = 1; at <= count; at += 1) chronicle.add(at, 'hop', `hop ${at}`);
  return chronicle;
}

it('holds nothing at first', () => {
  expect(new Chronicle().events).toEqual([]);
});

it('keeps what is added, in order and numbered from 1', () => {
  const chronicle = new Chronicle();
  chronicle.add(500, 'breakage', 'down');
  chronicle.add(700, 'mended', 'up');
  expect(chronicle.events).toEqual([
    { id: 1, at: 500, kind: 'breakage', text: 'down' },
    { id: 2, at: 700, kind: 'mended', text: 'up' },
  ]);
});

it('keeps the last 60 and gives no number twice', () => {
  expect(chronicleOf(MOST).events).toHaveLength(MOST);
  const { events } = chronicleOf(MOST + 5);
  expect(events.map(({ id }) => id)).toEqual(Array.from({ length: MOST }, (_, index) => index + 6));
  expect(events.at(-1)).toMatchObject({ at: MOST + 5, text: `hop ${MOST + 5}` });
});

it('gives a copy of the list, which stays as it was', () => {
  const chronicle = chronicleOf(1);
  const { events } = chronicle;
  chronicle.add(2, 'hop', 'hop 2');
  expect(events).toHaveLength(1);
  events.pop();
  expect(chronicle.events).toHaveLength(2);
});

it('puts what is told late where it belongs in time, behind what was told of the same time', () => {
  const chronicle = new Chronicle();
  for (const [at, text] of [[100, 'first'], [300, 'third'], [100, 'late'], [200, 'second']] as const) chronicle.add(at, 'hop', text);
  expect(chronicle.events.map(({ text }) => text)).toEqual(['first', 'late', 'second', 'third']);
});

it('puts an event in other words, and leaves what was given out before', () => {
  const chronicle = chronicleOf(2);
  const { events } = chronicle;
  const id = chronicle.add(3, 'refresh', 'the chain');
  chronicle.reword(id, 'a node');
  chronicle.reword(1, 'reworded');
  expect(chronicle.events.map(({ text }) => text)).toEqual(['reworded', 'hop 2', 'a node']);
  expect(events.map(({ text }) => text)).toEqual(['hop 1', 'hop 2']);
});

it('gives copies of the events, too', () => {
  const chronicle = chronicleOf(1);
  Object.assign(chronicle.events[0] ?? {}, { text: 'spoilt' });
  expect(chronicle.events[0]?.text).toBe('hop 1');
});
