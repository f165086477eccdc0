/** What a text of Prometheus says, by the names with their labels as they stand there. */
export type Samples = Record<string, number>;

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(`^(${NAME})((?:\\{${LABEL}(?:,${LABEL})*\\})?) (-?\\d+(?:\\.\\d+)?(?:e[+-]\\d+)?|[+-]Inf|NaN)$`);

/**
 * Reads the text format, version 0.0.4, as strictly as Prometheus: each metric has its HELP, its TYPE and its samples together,
 * once, and no series is there twice.
 *
 * @throws Error for a text that is not well-formed
 */
export function readExposition(text: string): Samples {
  if (!text.endsWith('\n')) throw new Error('The last line has no end.');
  const samples: Samples = {};
  const seen: string[] = [];
  let expected: 'HELP' | 'TYPE' | 'sample' | 'sample or HELP' = 'HELP';
  for (const line of text.slice(0, -1).split('\n')) {
    const fail = (): never => {
      throw new Error(`Not a ${expected}: ${JSON.stringify(line)}`);
    };
    const [, kind, metric = ''] = COMMENT.exec(line) ?? [];
    if (kind === 'HELP') {
      if (!expected.endsWith('HELP') || seen.includes(metric)) fail();
      seen.push(metric);
      expected = 'TYPE';
    } else if (kind === 'TYPE') {
      if (expected !== 'TYPE' || metric !== seen.at(-1) || !line.endsWith(' gauge')) fail();
      expected = 'sample';
    } else {
      const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? fail();
      if (!expected.startsWith('sample') || name !== seen.at(-1) || name + labels in samples) fail();
      samples[name + labels] = Number(value.replace('Inf', 'Infinity'));
      expected = 'sample or HELP';
    }
  }
  if (expected !== 'sample or HELP') throw new Error('The last metric has no sample.');
  return samples;
}
