import { Cancelled } from '../../../tools/cli/init/prompter';
import type { Choice, Prompter, SecretQuestion, TextQuestion } from '../../../tools/cli/init/prompter';
import type { Files } from '../../../tools/cli/write-files';

/** Answers by a part of the question, used up one after the other; without one, Enter is pressed. */
export type Script = Readonly<Record<string, string | boolean | (string | boolean)[]>>;

/** Pressed instead of an answer. */
export const ESCAPE = '<escape>';

/** Answers questions from a script, as somebody at a terminal does: what is refused is answered anew. */
export class ScriptedPrompter implements Prompter {
  /** What was shown, questions and their visible answers included. */
  readonly shown: string[] = [];
  /** The questions in their order. */
  readonly asked: string[] = [];
  private readonly answers: Map<string, (string | boolean)[]>;

  constructor(script: Script) {
    this.answers = new Map(Object.entries(script).map(([to, given]) => [to, Array.isArray(given) ? [...given] : [given]]));
  }

  readonly begin = (title: string) => void this.shown.push(title);
  readonly end = (text: string) => void this.shown.push(text);
  readonly say = (text: string) => void this.shown.push(text);
  readonly warn = (text: string) => void this.shown.push(text);

  async text(question: TextQuestion): Promise<string> {
    const answer = this.accepted(question, question.initial ?? '');
    this.shown.push(answer);
    return answer;
  }

  async secret(question: SecretQuestion): Promise<string> {
    return this.accepted(question, '');
  }

  async choose<T extends string>({ message, options, initial }: Choice<T>): Promise<T> {
    this.shown.push(...options.map(({ label, hint = '' }) => `${label} ${hint}`));
    const answer = this.answerTo(message) ?? initial;
    const option = options.find(({ value }) => value === answer);
    if (option === undefined) throw new Error(`"${message}" has no option ${String(answer)}.`);
    return option.value;
  }

  async confirm(message: string, initial: boolean): Promise<boolean> {
    const answer = this.answerTo(message) ?? initial;
    if (typeof answer !== 'boolean') throw new Error(`"${message}" asks for yes or no.`);
    return answer;
  }

  private accepted({ message, validate }: SecretQuestion, fallback: string): string {
    for (;;) {
      const given = this.answerTo(message);
      const answer = String(given ?? fallback);
      const problem = validate(answer);
      if (problem === undefined) return answer;
      this.shown.push(problem);
      if (given === undefined) throw new Error(`"${message}" got no answer that it takes: ${problem}`);
    }
  }

  private answerTo(message: string): string | boolean | undefined {
    this.asked.push(message);
    this.shown.push(message);
    const answer = [...this.answers].find(([to]) => message.includes(to))?.[1].shift();
    if (answer === ESCAPE) throw new Cancelled();
    return answer;
  }
}

/** Files in memory. */
export class MemoryFiles implements Files {
  readonly ignored: string[] = [];
  constructor(
    readonly texts: Record<string, string> = {},
    readonly tracked: string[] = [],
  ) {}
  readonly read = (file: string) => this.texts[file];
  readonly writePrivate = (file: string, text: string) => void (this.texts[file] = text);
  readonly replace = (file: string, text: string) => void (this.texts[file] = text);
  readonly isTrackedByGit = (file: string) => this.tracked.includes(file);
  readonly ignoreInGit = (file: string) => {
    this.ignored.push(file);
    return '.gitignore';
  };
}
