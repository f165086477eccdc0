import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../node-versions/node_modules');
const HOW_TO_INSTALL = 'it is not installed: (cd test/node-versions && npm ci), or ./build.sh test';
/** Besides the one that runs the tests: the oldest and the newest that the platform has. */
const OTHERS = ['18', '22'];

/**
 * Groups tests that run programs with several versions of Node.js: the one that runs the tests, and others that are
 * installed for this. Those that are missing are skipped, with a line that says what to install; on Linux x64, for
 * which they exist, they fail where the environment says `CI=true`.
 *
 * @param body gets the program of Node.js
 */
export function describeWithNodeVersions(name: string, body: (node: string) => void): void {
  describe(`${name}, with this Node.js`, () => body(process.execPath));
  for (const version of OTHERS) describeWith(`${name}, with Node.js ${version}`, version, body);
}

function describeWith(name: string, version: string, body: (node: string) => void): void {
  const program = join(FOLDER, `node${version}/bin/node`);
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', env: {} });
  // Nothing is printed where the program is missing, or is one for another system.
  if ((stdout as string | null)?.startsWith(`v${version}.`)) {
    describe(name, () => body(program));
    return;
  }
  const isMeantToBeThere = process.platform === 'linux' && process.arch === 'x64';
  if (isMeantToBeThere && process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(`Node.js ${version} is needed, and ${HOW_TO_INSTALL}`);
    });
    return;
  }
  const why = isMeantToBeThere ? HOW_TO_INSTALL : 'it is installed on Linux x64 only';
  process.stderr.write(`\n*** TESTS SKIPPED (${name}): ${why}\n\n`);
  describe.skip(name, () => body(program));
}
