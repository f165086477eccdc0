import { flagsFor, namedValues } from './words';
import type { Words } from './words';

/**
 * For bash 3.2 or newer. Bash splits `--config=FILE` into three words. It inserts a proposed name into the command line as it is, so names
 * are quoted.
 */
export function bashScript(words: Words): string {
  const { commands, withValue } = words;
  const flags = withValue.map(({ flag }) => flag).join('|');
  const named = namedValues(words).map(({ flag, names }) => `    ${flag}) _access_token_offer ${names.join(' ')}; return ;;`);
  const ofCommands = commands.map(({ name, flags: own, proposals }) => {
    const first = Array.isArray(proposals) ? ` [[ $word == -* ]] || _access_token_offer ${proposals.join(' ')};` : '';
    return `    ${name})${first} _access_token_offer ${own.join(' ')} ;;`;
  });
  return `# bash completion of access-token. Put into ~/.bashrc: source <(access-token completion bash)
_access_token_offer() {
  local name
  for name in "$@"; do
    if [[ $name == "$word"* ]]; then COMPREPLY+=("$(printf '%q' "$name")"); fi
  done
}

_access_token_files() {
  local file
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$word")
  compopt -o filenames 2>/dev/null
}

_access_token_tokens() {
  local name
  while IFS= read -r name; do _access_token_offer "$name"; done < <("\${COMP_WORDS[0]}" completion tokens \${config:+"$config"} 2>/dev/null)
}

_access_token() {
  local word=\${COMP_WORDS[COMP_CWORD]} option='' command='' config='' given i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    given=\${COMP_WORDS[i]}
    if [[ $given == = ]]; then continue; fi
    if [[ $option == --config ]]; then config=$given; fi
    case "$option" in
      ${flags}) option='' ;;
      *) option=$given; if [[ $given != -* && -z $command ]]; then command=$given; fi ;;
    esac
  done
  if [[ $word == = ]]; then word=''; fi
  case "$option" in
    ${flagsFor(words, 'files').join('|')}) _access_token_files; return ;;
    ${flagsFor(words, 'tokens').join('|')}) _access_token_tokens; return ;;
${named.join('\n')}
    ${flagsFor(words, undefined).join('|')}) return ;;
  esac
  case "$command" in
${ofCommands.join('\n')}
    *) _access_token_offer ${commands.map(({ name }) => name).join(' ')} ${['--help', '--version'].join(' ')} ;;
  esac
}

complete -F _access_token access-token
`;
}
