/** Writes the results as Markdown, and compares them with their targets. */
import { AXIOS, BARE } from './whole-process.mjs';

/** The results that have targets. Whole processes count only with the first Node.js, which the bench itself runs on. */
export function verdicts({ wholeProcess: [first], inProcess, transformer, redis }) {
  const process = first.rows.flatMap(({ name, ratios, needed = [] }) =>
    needed.map(({ reference, atMost }) => ({
      what: `${name} : ${reference}`,
      value: ratios[reference],
      needed: `≤ ${atMost}`,
      atMost,
    })),
  );
  const heap = inProcess.map(({ name, growthBytes, needed }) => ({
    what: `heap growth, ${name}`,
    value: growthBytes / 1024,
    needed: `≤ ${needed.growthAtMostBytes / 1024} KB`,
    atMost: needed.growthAtMostBytes / 1024,
  }));
  const stores = [...transformer.map((row) => ['transformer', row]), ...redis.map((row) => ['Redis', row])];
  const rates = stores
    .filter(([, { needed }]) => needed !== undefined)
    .map(([store, { name, records, ratio, needed: { atLeast } }]) => ({
      what: `${store}, ${name}${records === undefined ? '' : `, ${records} records`}`,
      value: ratio,
      needed: `≥ ${atLeast}`,
      atLeast,
    }));
  return [...process, ...heap, ...rates];
}

export function isMet({ value, atMost = Infinity, atLeast = -Infinity }) {
  return value <= atMost && value >= atLeast;
}

/** @param unit the unit of the measured numbers */
export function processTable(unit, rows) {
  const cells = ({ name, median, ratios }) => [name, median.toFixed(1), ratios[BARE].toFixed(2), ratios[AXIOS].toFixed(2)];
  return table(['', unit, `: ${BARE}`, `: ${AXIOS}`], rows.map(cells));
}

export function toMarkdown(results) {
  const { machine, wholeProcess, inProcess, transformer, redis } = results;
  return [
    '# Measured',
    '',
    `By \`npm run bench\` on ${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node.js ${machine.node}.`,
    'Times are medians; ratios are medians of the ratios within each turn, in which all are run one after the other:',
    'they hold on other machines, the times don\'t.',
    '',
    '## What has to be shown',
    '',
    table(
      ['', 'measured', 'needed', ''],
      verdicts(results).map((verdict) => [
        verdict.what,
        verdict.value.toFixed(2),
        verdict.needed,
        isMet(verdict) ? 'met' : '**missed**',
      ]),
    ),
    ...wholeProcess.flatMap(({ node, rows, phases }) => [
      `## A whole process, ${node}`,
      '',
      processTable('milliseconds', rows),
      `A token in the conversation, in milliseconds: ${Object.entries(phases)
        .map(([phase, time]) => `${phase} ${time.toFixed(2)}`)
        .join(', ')}.`,
      '',
    ]),
    '## Many executions in one process',
    '',
    table(
      ['', 'executions', 'executions/s', 'heap growth, KB'],
      inProcess.map(({ name, executions, executionsPerSecond, growthBytes }) => [
        name,
        grouped(executions),
        grouped(executionsPerSecond),
        (growthBytes / 1024).toFixed(0),
      ]),
    ),
    '## The transformer beside a handler that does nothing, in the same Express server',
    '',
    table(
      ['operation', 'operations/s', 'no-op/s', 'ratio'],
      transformer.map(({ name, perSecond, noOpPerSecond, ratio }) => [
        name,
        grouped(perSecond),
        grouped(noOpPerSecond),
        ratio.toFixed(2),
      ]),
    ),
    ...(redis.length === 0 ? [] : ['## The Redis store beside the bare client', '', redisTable(redis)]),
  ].join('\n');
}

function redisTable(rows) {
  return table(
    ['operation', 'records', 'at a time', 'operations/s', 'bare client/s', 'ratio'],
    rows.map(({ name, records, inFlight, perSecond, rawPerSecond, ratio }) => [
      name,
      records,
      String(inFlight),
      grouped(perSecond),
      grouped(rawPerSecond),
      ratio.toFixed(2),
    ]),
  );
}

/** A Markdown table. The first column is text, the others are numbers. */
function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line), ''].join('\n');
}

function grouped(number) {
  return Math.round(number).toLocaleString('en-US');
}
