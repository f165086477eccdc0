import type { Proposals } from '../command';
import type { Words } from './words';

/** For fish 3 or newer. */
export function fishScript({ commands, withValue }: Words): string {
  const valueOf = new Map(withValue.map(({ flag, proposals }) => [flag, valueOptions(proposals)]));
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap(({ name, summary, flags, proposals }) => [
    `complete -c access-token -n 'not __fish_seen_subcommand_from ${names}' -a ${name} -d ${inQuotes(summary)}`,
    ...(Array.isArray(proposals) ? [`complete -c access-token -n '__fish_seen_subcommand_from ${name}' -a '${proposals.join(' ')}'`] : []),
    ...flags.map((flag) => `complete -c access-token -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${valueOf.get(flag) ?? ''}`),
  ]);
  return `# fish completion of access-token. Put into ~/.config/fish/config.fish: access-token completion fish | source
complete -c access-token -f
complete -c access-token -n 'not __fish_seen_subcommand_from ${names}' -l help
complete -c access-token -n 'not __fish_seen_subcommand_from ${names}' -l version
${lines.join('\n')}
`;
}

/** @returns fish's arguments for an option that takes a value */
function valueOptions(proposals: Proposals | undefined): string {
  if (proposals === 'files') return ' -r -F';
  if (proposals === 'tokens') return " -x -a '(access-token completion tokens 2>/dev/null)'";
  return proposals === undefined ? ' -x' : ` -x -a '${proposals.join(' ')}'`;
}

function inQuotes(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
