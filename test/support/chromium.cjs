/** Headless Chromium, as the tests of the studio and the script that takes its pictures start it. */
const { existsSync } = require('node:fs');
const { delimiter, join } = require('node:path');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const HOW_TO_INSTALL = 'Chromium is not installed. Debian and Ubuntu: apt-get install chromium';

/** The browser stays by itself: nothing is looked up, updated or reported. */
const ARGUMENTS = [
  '--disable-gpu',
  '--in-process-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // In a container Chromium's own sandbox needs rights that root does not have there. Only the studio is opened.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Only ends a start that hangs, milliseconds. */
const HANGS_AFTER_MS = 120_000;

/** @returns the program's path, or undefined where there is none */
function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return paths.find((path) => existsSync(path));
}

/** @returns a browser of playwright-core; close it. Throws where no Chromium is installed. */
async function launchChromium() {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(HOW_TO_INSTALL);
  const { chromium } = require('playwright-core');
  return chromium.launch({ executablePath, args: ARGUMENTS, timeout: HANGS_AFTER_MS });
}

module.exports = { findChromium, launchChromium, HOW_TO_INSTALL };
