/** Makes release/ from dist/: `node tools/build/release.mjs [--out FOLDER] [--repository URL]`. The same sources give the same bytes. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NAME as COMMANDS, packCommands } from './cli-package.mjs';
import { marketplaceEntry } from './marketplace.mjs';
import { manifestIn, packagesAmong, thirdPartyNotices } from './notices.mjs';
import { billOfMaterials, readInventory } from './sbom.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const DIST = join(ROOT, 'dist');
/** Every version uses the same name, as in Cognigy's marketplace. So the latest version always has the same address. */
const ARCHIVE = 'access-token.tar.gz';
const SUMS = 'SHA256SUMS';

const { values } = parseArgs({ options: { out: { type: 'string' }, repository: { type: 'string' } } });
const out = resolve(values.out ?? join(ROOT, 'release'));
const manifest = await manifestIn(ROOT, '.');
const repository = (values.repository ?? manifest.repository?.url)?.replace(/^git\+/, '').replace(/(?:\.git|\/)$/, '');

/** @throws Error if CHANGELOG.md has no entry with a date for this version */
async function releaseDate() {
  const changelog = await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8');
  const [, date] = new RegExp(`^## \\[${manifest.version.replaceAll('.', '\\.')}\\] - (\\d{4}-\\d{2}-\\d{2})$`, 'm').exec(changelog) ?? [];
  if (date === undefined) throw new Error(`CHANGELOG.md has no "## [${manifest.version}] - <date>": add it before you release.`);
  return date;
}

const document = (name, content) => writeFile(join(out, name), `${JSON.stringify(content, null, 2)}\n`);

/** Writes the checksums in the format of `sha256sum -c`. */
async function writeSums() {
  const names = (await readdir(out)).sort();
  const lines = await Promise.all(
    names.map(async (name) => `${createHash('sha256').update(await readFile(join(out, name))).digest('hex')}  ${name}\n`),
  );
  await writeFile(join(out, SUMS), lines.join(''));
}

async function release(staged) {
  const date = await releaseDate();
  const inventory = readInventory(ROOT);
  const bundled = JSON.parse(await readFile(join(DIST, 'bundled-packages.json'), 'utf8'));
  const inArchive = bundled[ARCHIVE];
  const commands = `${COMMANDS}-${manifest.version}.tgz`;
  await copyFile(join(DIST, ARCHIVE), join(out, ARCHIVE));
  // The commands contain the archive, with its packages.
  const alsoBundled = Object.values(bundled).flat();
  const file = join(out, commands);
  const { packages, optional } = await packCommands({ root: ROOT, dist: DIST, folder: staged, file, repository, alsoBundled });
  const shared = { root: ROOT, inventory: await inventory, date };
  await document('access-token.cdx.json', await billOfMaterials({ ...shared, name: manifest.name, file: join(out, ARCHIVE), packages: inArchive }));
  await document(`${COMMANDS}.cdx.json`, await billOfMaterials({ ...shared, name: COMMANDS, file, packages, optional }));
  await writeFile(join(out, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(ROOT, packagesAmong([...inArchive, ...packages])));
  if (repository === undefined) console.warn('Left out: marketplace.json, which needs the address of the repository (--repository URL).');
  else await document('marketplace.json', await marketplaceEntry({ root: ROOT, dist: DIST, archive: ARCHIVE, repository }));
  await writeSums();
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const staged = await mkdtemp(join(tmpdir(), 'access-token-release-'));
try {
  await release(staged);
} finally {
  await rm(staged, { recursive: true, force: true });
}
