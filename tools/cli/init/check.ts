import type { Problem } from '../problems';
import { Mismatch, readValue } from '../read-object';
import type { Reader } from '../read-object';
import { text } from '../readers';

/** Makes what the configuration file would refuse be refused while it is typed, in the same words. */
export function check(read: Reader, allowInsecure: boolean): (answer: string) => string | undefined {
  return (answer) => {
    const problems: Problem[] = [];
    readValue(answer.trim(), { path: '', allowInsecure, problems, warnings: [] }, read);
    const [problem] = problems;
    return problem && sentence(problem.message);
  };
}

/** An answer that goes into the file as it is, where `${…}` would be taken for a reference. */
export function literal(read: Reader): Reader {
  return (value, context) => {
    if (typeof value === 'string' && value.includes('${')) throw new Mismatch('must not contain "${"');
    return read(value, context);
  };
}

/** A secret that is pasted with line breaks or control characters in it is a mistake. */
export const secret: Reader = (value) => {
  const given = text(value);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(given)) throw new Mismatch('must not contain line breaks or control characters');
  return given;
};

function sentence(message: string): string {
  return `It ${message}.`;
}
