import { isObject, parseJson } from '../../../src/json';
import { DEFAULT_TOKEN_NAME } from '../../../src/stores';
import { DEFAULT_CONFIG, EXIT_DONE, refuseMore, UsageError } from '../command';
import type { Command } from '../command';
import { readIfPresent } from '../files';
import { didYouMean } from '../nearest';
import { bashScript } from './bash';
import { fishScript } from './fish';
import { wordsOf } from './words';
import type { Words } from './words';
import { zshScript } from './zsh';

const SCRIPTS = new Map<string, (words: Words) => string>([['bash', bashScript], ['zsh', zshScript], ['fish', fishScript]]);
const SHELLS = [...SCRIPTS.keys()];
/** Instead of a shell, the scripts pass this to complete `--token`. It prints the token names of a configuration, one per line. */
const TOKENS = 'tokens';

/** `completion SHELL`: prints the completion script for a shell. */
export function createCompletionCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'prints a completion script for bash, zsh or fish',
    usage: `  completion ${SHELLS.join('|')}
      Prints a script that makes the shell complete commands, options, files, providers and
      tokens. bash: put source <(access-token completion bash) into ~/.bashrc. zsh: put source
      <(access-token completion zsh) into ~/.zshrc, after compinit. fish: put access-token
      completion fish | source into ~/.config/fish/config.fish.`,
    options: {},
    proposals: SHELLS,
    async run(call, { print }) {
      const [shell, file = DEFAULT_CONFIG] = call.positionals;
      refuseMore(call, shell === TOKENS ? 2 : 1);
      if (shell === undefined) throw new UsageError(`A shell is missing: one of ${SHELLS.join(', ')}.`);
      const script = SCRIPTS.get(shell);
      if (script !== undefined) print(script(wordsOf(commands())));
      else if (shell === TOKENS) print(tokenNames(file).map((name) => `${name}\n`).join(''));
      else throw new UsageError(`There is no script for "${shell}". Choose one of ${SHELLS.join(', ')}.${didYouMean(shell, SHELLS)}`);
      return EXIT_DONE;
    },
  };
}

/** Ignores mistakes in the file. Other commands report them; nobody reads an error after pressing Tab. */
function tokenNames(configFile: string): string[] {
  const content = parseJson((readIfPresent(configFile) ?? '').replace(/^\uFEFF/, ''));
  const tokens = isObject(content) && Array.isArray(content['tokens']) ? (content['tokens'] as unknown[]) : [];
  const names = tokens.filter(isObject).map(({ tokenName = DEFAULT_TOKEN_NAME }) => tokenName);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return names.filter((name): name is string => typeof name === 'string' && /^[^\u0000-\u001f\u007f]+$/.test(name));
}
