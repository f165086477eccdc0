import type { CANCEL_SYMBOL, Option } from '@clack/prompts';

import { EXIT_INTERRUPTED } from '../command';
import { Cancelled } from './prompter';
import type { Choice, Prompter } from './prompter';

/** Questions on the terminal. */
export async function clackPrompter(): Promise<Prompter> {
  // Imported here because it is an ES module and few commands need it.
  const { confirm, intro, isCancel, log, outro, password, select, text } = await import('@clack/prompts');

  async function answered<T>(answer: Promise<T | typeof CANCEL_SYMBOL>): Promise<T> {
    const given = await answer;
    if (isCancel(given)) throw new Cancelled(EXIT_INTERRUPTED);
    return given;
  }

  return {
    begin: (title) => intro(title),
    end: (message) => outro(message),
    say: (message) => log.info(message),
    warn: (message) => log.warn(message),
    text: ({ message, placeholder, initial, validate }) =>
      answered(
        text({
          message,
          ...(placeholder === undefined ? {} : { placeholder }),
          ...(initial === undefined ? {} : { initialValue: initial }),
          validate: (value = '') => validate(value),
        }),
      ),
    secret: ({ message, validate }) => answered(password({ message, validate: (value = '') => validate(value) })),
    choose: <T extends string>({ message, options, initial }: Choice<T>) =>
      answered(
        select<T>({
          message,
          // TypeScript can't resolve the type of an option whose value is a type parameter.
          options: options as unknown as Option<T>[],
          ...(initial === undefined ? {} : { initialValue: initial }),
        }),
      ),
    confirm: (message, initial) => answered(confirm({ message, initialValue: initial })),
  };
}
