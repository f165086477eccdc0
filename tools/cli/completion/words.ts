import type { Command, Option, Proposals } from '../command';

/** The words from which each shell's script is made. */
export interface Words {
  commands: readonly { name: string; summary: string; flags: readonly string[]; proposals: Proposals | undefined }[];
  /** Options that take a value, by their suggestions. An option has the same suggestions in every command. */
  withValue: readonly { flag: string; proposals: Proposals | undefined }[];
}

/** Options of every command. */
export const COMMON_FLAGS = ['--help', '--version'] as const;

export function wordsOf(commands: readonly Command[]): Words {
  const options = new Map<string, Option>(commands.flatMap((command) => Object.entries(command.options ?? {})));
  return {
    commands: commands.map(({ name, summary, options: own = {}, proposals }) => ({
      name,
      summary,
      flags: [...Object.keys(own).map((option) => `--${option}`), ...COMMON_FLAGS],
      proposals,
    })),
    withValue: [...options].flatMap(([name, { type, proposals }]) => (type === 'string' ? [{ flag: `--${name}`, proposals }] : [])),
  };
}

/** @returns the flags whose values are of one kind: files, tokens, or anything */
export function flagsFor({ withValue }: Words, kind: 'files' | 'tokens' | undefined): string[] {
  return withValue.filter(({ proposals }) => proposals === kind).map(({ flag }) => flag);
}

/** @returns the flags whose values have names, with these */
export function namedValues({ withValue }: Words): { flag: string; names: readonly string[] }[] {
  return withValue.flatMap(({ flag, proposals }) => (Array.isArray(proposals) ? [{ flag, names: proposals as readonly string[] }] : []));
}
