import { flagsFor, namedValues } from './words';
import type { Words } from './words';

/** The script works when it is sourced, and as a file `_access-token` in a folder of `fpath`. */
export function zshScript(words: Words): string {
  const { commands, withValue } = words;
  const flags = withValue.map(({ flag }) => flag).join('|');
  const named = namedValues(words).map(({ flag, names }) => `    (${flag}) compadd -- ${names.join(' ')}; return ;;`);
  const ofCommands = commands.map(({ name, flags: own, proposals }) => {
    const first = Array.isArray(proposals) ? ` [[ $PREFIX == -* ]] || compadd -- ${proposals.join(' ')};` : '';
    return `    (${name})${first} compadd -- ${own.join(' ')} ;;`;
  });
  return `#compdef access-token
# zsh completion of access-token. Put into ~/.zshrc, behind compinit: source <(access-token completion zsh)
_access_token() {
  local option='' command='' config='' given
  for given in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $option == --config ]]; then config=$given; fi
    case "$option" in
      (${flags}) option='' ;;
      (*)
        option=$given
        if [[ $given == --config=* ]]; then config=\${given#*=}; fi
        if [[ $given != -* && -z $command ]]; then command=$given; fi ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    option=\${PREFIX%%=*}
    compset -P '*='
  fi
  case "$option" in
    (${flagsFor(words, 'files').join('|')}) _files; return ;;
    (${flagsFor(words, 'tokens').join('|')}) compadd -- "\${(@f)$($words[1] completion tokens \${config:+"$config"} 2>/dev/null)}"; return ;;
${named.join('\n')}
    (${flagsFor(words, undefined).join('|')}) return ;;
  esac
  case "$command" in
${ofCommands.join('\n')}
    (*) compadd -- ${commands.map(({ name }) => name).join(' ')} --help --version ;;
  esac
}

if [[ $funcstack[1] == _access_token ]]; then _access_token "$@"; else compdef _access_token access-token; fi
`;
}
