/** Starts headless Chromium for the tests of the studio and for the script that takes its pictures. */
const { existsSync } = require('node:fs');
const { delimiter, join } = require('node:path');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const HOW_TO_INSTALL = 'Chromium is not installed. Debian and Ubuntu: apt-get install chromium';

/** Keep the browser from looking up, updating or reporting anything. */
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // In a container, Chromium's own sandbox needs rights that root does not have there. Tests open only the studio.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Only ends a start that hangs, milliseconds. */
const HANGS_AFTER_MS = 120_000;
/** How often a browser is started that crashes before it has opened a page. */
const MOST_STARTS = 3;

/** @returns the program's path, or `undefined` if there is none */
function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return paths.find((path) => existsSync(path));
}

/**
 * Under load, Chromium sometimes crashes while it starts. Nothing has been tested by then, so it is started again, and that is said.
 *
 * @returns a browser of playwright-core, which the caller closes
 * @throws Error if no Chromium is installed, or if it does not start
 */
async function launchChromium() {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(HOW_TO_INSTALL);
  const { chromium } = require('playwright-core');
  for (let starts = 1; ; starts += 1) {
    try {
      return await chromium.launch({ executablePath, args: ARGUMENTS, timeout: HANGS_AFTER_MS });
    } catch (thrown) {
      const [crash] = /process did exit: exitCode=null, signal=SIG(?:SEGV|TRAP|ABRT|BUS|ILL)/.exec(thrown.message) ?? [];
      if (crash === undefined || starts >= MOST_STARTS) throw thrown;
      process.stderr.write(`Chromium crashed while it started, and is started again (${crash}).\n`);
    }
  }
}

module.exports = { findChromium, launchChromium, HOW_TO_INSTALL };
