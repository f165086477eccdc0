import type { Command, Option, Proposals } from '../command';

/** The words that a completion script is made from. */
export interface Words {
  commands: readonly { name: string; summary: string; flags: readonly string[]; proposals: Proposals | undefined }[];
  /** Options that take a value, and what is proposed for it. An option has the same proposals in every command. */
  withValue: readonly { flag: string; proposals: Proposals | undefined }[];
}

/** Options that each command has. */
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

/** @returns the flags that take one kind of value: files, tokens, or anything */
export function flagsFor({ withValue }: Words, kind: 'files' | 'tokens' | undefined): string[] {
  return withValue.filter(({ proposals }) => proposals === kind).map(({ flag }) => flag);
}

/** @returns the flags that take one of several names, with these names */
export function namedValues({ withValue }: Words): { flag: string; names: readonly string[] }[] {
  return withValue.flatMap(({ flag, proposals }) => (Array.isArray(proposals) ? [{ flag, names: proposals as readonly string[] }] : []));
}
