import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { describeWhere } from './describe-where';

const FOLDER = join(__dirname, '../node-versions/node_modules');
const HOW_TO_INSTALL = 'it is not installed: (cd test/node-versions && npm ci), or ./build.sh test';
/** The oldest and the newest version that the platform has, besides the one that runs the tests. */
const OTHERS = ['18', '22'];

/**
 * Groups tests that run programs with several versions of Node.js: the one that runs the tests, and others that are installed
 * for this (see `describeWhere`). The others exist only for Linux x64.
 *
 * @param body gets the path of the Node.js program
 */
export function describeWithNodeVersions(name: string, body: (node: string) => void): void {
  describe(`${name}, with this Node.js`, () => body(process.execPath));
  for (const version of OTHERS) describeWith(`${name}, with Node.js ${version}`, version, body);
}

function describeWith(name: string, version: string, body: (node: string) => void): void {
  const program = join(FOLDER, `node${version}/bin/node`);
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', env: {} });
  // There is no output if the program is missing, or is for another system.
  const isThere = (stdout as string | null)?.startsWith(`v${version}.`) === true;
  const isInstallable = process.platform === 'linux' && process.arch === 'x64';
  const howToInstall = isInstallable ? `Node.js ${version} is needed, and ${HOW_TO_INSTALL}` : `Node.js ${version} is installed on Linux x64 only`;
  describeWhere({ isThere, howToInstall, isInstallable }, name, () => body(program));
}
