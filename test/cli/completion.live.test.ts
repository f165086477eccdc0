import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { PROVIDERS } from '../../tools/cli/providers';
import { describeWhere } from '../support/describe-where';
import type { Need } from '../support/describe-where';

const CLI = join(__dirname, '../../dist/cli.js');
const COMMANDS = ['init', 'authorize', 'deploy', 'status', 'undeploy', 'render', 'demo', 'completion', 'help'];

let folder: string;
let env: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-completion-'));
  // Installed, as npm does it.
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  chmodSync(CLI, 0o755);
  symlinkSync(CLI, join(bin, 'access-token'));
  env = { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, HOME: folder, TERM: 'dumb' };
  writeFileSync(join(folder, 'access-token.json'), JSON.stringify({ tokens: [{ tokenName: 'crm' }, { tokenName: 'two words' }, {}] }));
  writeFileSync(join(folder, 'other.json'), JSON.stringify({ tokens: [{ tokenName: 'other' }] }));
  writeFileSync(join(folder, 'with space.json'), '{}');
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(folder, `script.${shell}`), script(shell));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = (shell: string): string => execFileSync(process.execPath, [CLI, 'completion', shell], { encoding: 'utf8' });

function needOf(shell: string): Need {
  return { isThere: spawnSync(shell, ['-c', 'true']).status === 0, howToInstall: `${shell} is not installed. Debian and Ubuntu: apt-get install ${shell}` };
}

/** What a shell proposes for the last word of a command line that begins with `access-token`. */
type Complete = (...words: string[]) => string[];

function linesOf(program: string, args: readonly string[]): string[] {
  return execFileSync(program, args, { cwd: folder, env, encoding: 'utf8' }).split('\n').filter((line) => line !== '').sort();
}

/** As readline does it: it takes `=` for a word of its own. */
const inBash: Complete = (...words) => {
  const split = words.flatMap((word) => (/^--[\w-]+=/.test(word) ? [word.slice(0, word.indexOf('=')), '=', word.slice(word.indexOf('=') + 1)] : [word]));
  const list = ['access-token', ...split].map((word) => `'${word}'`).join(' ');
  const completed = `. ./script.bash; COMP_WORDS=(${list}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _access_token`;
  return linesOf('bash', ['--norc', '-u', '-c', `${completed}; printf '%s\\n' "\${COMPREPLY[@]:-}"`]);
};

/** The functions that propose something print it. */
const inZsh: Complete = (...words) => {
  const list = ['access-token', ...words].map((word) => `'${word}'`).join(' ');
  const doubles = `compdef() { : }; compadd() { [[ $1 == -- ]] && shift; local name; for name in "$@"; do [[ $name == "$PREFIX"* ]] && print -r -- "$name"; done; return 0 }
    _files() { print -rl -- $PREFIX*(N) }; compset() { PREFIX=\${PREFIX#*=} }`;
  return linesOf('zsh', ['-f', '-c', `${doubles}\n. ./script.zsh; words=(${list}); CURRENT=\${#words}; PREFIX=\${words[-1]}; _access_token`]);
};

const inFish: Complete = (...words) => {
  const line = ['access-token', ...words].map((word, index) => (index === words.length ? word : word.replace(/ /g, '\\ '))).join(' ');
  return linesOf('fish', ['--no-config', '-c', `source script.fish; complete -C '${line}'`]).map((proposed) => proposed.split('\t')[0] ?? '');
};

const SHELLS = [
  ['bash', inBash, 'two\\ words', 'with space.json'],
  ['zsh', inZsh, 'two words', 'with space.json'],
  ['fish', inFish, 'two words', 'with space.json'],
] as const;

for (const [shell, complete, twoWords, withSpace] of SHELLS) describeWhere(needOf(shell), shell, () => {
  test('commands', () => {
    for (const name of COMMANDS) expect(complete('')).toContain(name);
    expect(complete('de')).toEqual(['demo', 'deploy']);
    expect(complete('help', 'un')).toEqual(['undeploy']);
    expect(complete('completion', 'z')).toEqual(['zsh']);
    expect(complete('render', 'transformer-s')).toEqual(['transformer-socket']);
  });

  test('options, and only those of the command', () => {
    expect(complete('deploy', '--')).toEqual(['--config', '--dry-run', '--env-file', '--force', '--help', '--json', '--version']);
    expect(complete('undeploy', '--keep')).toEqual(['--keep-extension']);
    expect(complete('undeploy', '--fo')).toEqual([]);
    expect(complete('deploy', '--dry-run', '--js')).toEqual(['--json']);
    expect(complete('deploy', '--config', 'other.json', '--js')).toEqual(['--json']);
  });

  test('files', () => {
    for (const flag of ['--config', '--env-file']) expect(complete('deploy', flag, 'oth')).toEqual(['other.json']);
    expect(complete('render', 'function', '--out', 'with')).toEqual([withSpace]);
  });

  test('providers', () => {
    expect(complete('init', '--provider', '')).toEqual(PROVIDERS.map(({ id }) => id).sort());
    expect(complete('authorize', '--provider', 'hub')).toEqual(['hubspot']);
    expect(complete('status', '--format', 'prom')).toEqual(['prometheus']);
  });

  test('the tokens of the configuration', () => {
    expect(complete('authorize', '--token', '')).toEqual(['accessToken', 'crm', twoWords]);
    expect(complete('authorize', '--token', 'c')).toEqual(['crm']);
  });

  test('nothing where anything may stand', () => {
    expect(complete('authorize', '--scope', '')).toEqual([]);
    expect(complete('authorize', '--port', '')).toEqual([]);
  });
});

describeWhere(needOf('bash'), 'bash alone', () => {
  test('the tokens of the configuration that the command line names, and a value behind "="', () => {
    expect(inBash('authorize', '--config', 'other.json', '--token', '')).toEqual(['other']);
    expect(inBash('authorize', '--config=other.json', '--token', '')).toEqual(['other']);
    expect(inBash('authorize', '--token=c')).toEqual(['crm']);
    expect(inBash('init', '--provider=ke')).toEqual(['keycloak']);
    expect(inBash('deploy', '--config=oth')).toEqual(['other.json']);
  });

  test('has the function for the command', () => {
    expect(linesOf('bash', ['--norc', '-c', '. ./script.bash; complete -p access-token'])).toEqual(['complete -F _access_token access-token']);
  });
});

test('a configuration that is missing or no JSON proposes no tokens, and no error', () => {
  writeFileSync(join(folder, 'broken.json'), '{');
  for (const file of ['broken.json', 'nowhere.json', folder]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'completion', 'tokens', file], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  }
});
