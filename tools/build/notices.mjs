/** Finds the packages in a bundle, and collects their licence texts, which the licences require. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param inputs paths of sources, relative to the root
 * @returns the folders of the packages among them, sorted
 */
export function packagesAmong(inputs) {
  const folders = inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/** @returns the sources that contribute code to a bundle; some are read but leave nothing in it */
export function shippedInputs({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0));
}

export async function manifestIn(root, folder) {
  return JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
}

/**
 * @param folders of packages, relative to the root
 * @returns name, version and licence text of each package, without repetitions
 * @throws Error if a package ships no licence text
 */
export async function thirdPartyNotices(root, folders) {
  const notices = new Map();
  for (const folder of folders) {
    const { name, version, license } = await manifestIn(root, folder);
    const text = await licenceText(join(root, folder));
    if (!text) throw new Error(`${name} ships no licence text: it can't be bundled without one.`);
    notices.set(`${name} ${version}`, `${name} ${version} (${license})\n\n${text.replace(/\r\n/g, '\n').trim()}\n`);
  }
  return [...notices.values()].join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceText(folder) {
  const files = await readdir(folder);
  const find = (pattern) => files.find((file) => pattern.test(file));
  const licence = find(/^(licen[cs]e|copying)/i);
  if (licence) return readFile(join(folder, licence), 'utf8');
  const readme = find(/^readme/i);
  if (!readme) return undefined;
  // Some packages have their licence only in the last section of the README.
  return /^(?:#+ *licen[cs]e.*|licen[cs]e\n-+)\n([^]*)/im.exec(await readFile(join(folder, readme), 'utf8'))?.[1];
}
