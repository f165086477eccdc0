import { join } from 'node:path';

export const ROOT = join(__dirname, '../../..');

/** What a reader does with a fenced block: type a command, or write a file. */
export type Step = { command: string } | { json: string };

const BLOCK = /^( *)```(sh|json)\n([^]*?)^ *```$/gm;

/** A page's commands and files, in their order. */
export function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(BLOCK)].flatMap(([, indent = '', language, body = '']): Step[] => {
    const lines = body.split('\n').map((line) => line.slice(indent.length));
    if (language === 'json') return [{ json: lines.join('\n') }];
    // A backslash at its end joins a line with the next one.
    const commands = lines.join('\n').split(/(?<!\\)\n/);
    return commands.filter((command) => command !== '').map((command) => ({ command }));
  });
}

/** Commands in the running text, such as `npm run bench`. */
export function mentionedCommands(markdown: string): string[] {
  const prose = markdown.replace(BLOCK, '');
  return [...prose.matchAll(/`((?:\.\/build\.sh|npm run |npx |node )[^`]*)`/g)].map(([, command = '']) => command);
}
