/** Packs the commands as an npm package. It contains everything they need, except two packages for the demo that can't be bundled. */
import { chmod, copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import esbuild from 'esbuild';
import { manifestIn, packagesAmong, shippedInputs, thirdPartyNotices } from './notices.mjs';
import { pack } from './pack.mjs';
import { bannerOf, PROGRAM_OPTIONS, PROGRAMS } from './programs.mjs';

export const NAME = 'access-token-cli';
/** Programs that are left out: the sandbox is of no use without the demo. */
const LEFT_OUT = ['sandbox.js'];
/**
 * Only the demo needs these packages. esbuild compiles the pasted files, and has a different binary for each kind of machine. Cognigy's
 * client has the schemas that the local platform uses, and its licence does not allow others to ship it.
 */
const OPTIONAL = ['@cognigy/rest-api-client', 'esbuild'];

/** Copied from dist/: the files that the commands fill in or upload, and the demo's page. */
const COPIED = /^(?:access-token\.tar\.gz|(?:function|transformer)[\w-]*\.ts|studio\/.*)$/;

/**
 * Writes the package.
 *
 * @param folder an empty folder, for the files of the package
 * @param file the package to write
 * @param alsoBundled folders of the packages that are bundled in the copied files
 * @returns the folders of the packages that are bundled, and of those that npm installs with it
 */
export async function packCommands({ root, dist, folder, file, repository, alsoBundled }) {
  const manifest = await manifestIn(root, '.');
  const names = Object.keys(PROGRAMS).filter((name) => !LEFT_OUT.includes(name));
  const inputs = await Promise.all(names.map((name) => bundleProgram(root, name, join(folder, name))));
  const packages = packagesAmong([...inputs.flat(), ...alsoBundled]);
  const copied = (await readdir(dist, { recursive: true })).map((path) => path.replaceAll('\\', '/')).filter((path) => COPIED.test(path));
  for (const path of copied) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await copyFile(join(dist, path), join(folder, path));
  }
  const readme = await readFile(join(root, 'tools/build/templates/cli-readme.md.txt'), 'utf8');
  const texts = {
    'package.json': `${JSON.stringify(await packageManifest(root, manifest, repository), null, 2)}\n`,
    'README.md': readme.replaceAll('{{VERSION}}', manifest.version),
    LICENSE: await readFile(join(root, 'LICENSE'), 'utf8'),
    'THIRD-PARTY-NOTICES.txt': await thirdPartyNotices(root, packages),
  };
  for (const [path, text] of Object.entries(texts)) await writeFile(join(folder, path), text);
  const paths = [...names, ...copied, ...Object.keys(texts)].sort();
  for (const path of paths) await chmod(join(folder, path), path === 'cli.js' ? 0o755 : 0o644);
  // npm expects this folder name.
  await pack(file, folder, paths, 'package');
  return { packages, optional: OPTIONAL.map((name) => `node_modules/${name}`) };
}

/** Bundles a program. It is not minified, because administrators may want to read what they run with an API key. @returns its sources */
async function bundleProgram(root, name, outfile) {
  const options = { ...PROGRAM_OPTIONS, external: OPTIONAL, banner: bannerOf(name) };
  const { outputFiles, metafile } = await esbuild.build({ ...options, absWorkingDir: root, entryPoints: [PROGRAMS[name]] });
  await writeFile(outfile, outputFiles[0].contents);
  return shippedInputs(metafile);
}

async function packageManifest(root, { version, license, author, engines, keywords }, repository) {
  const { description } = await manifestIn(root, 'tools/cli');
  const { dependencies } = await manifestIn(root, 'tools/sandbox');
  return {
    name: NAME,
    version,
    description: `Access Token for Cognigy.AI. ${description}`,
    keywords: ['Cognigy.AI', ...keywords],
    license,
    author,
    ...(repository === undefined ? {} : { repository: { type: 'git', url: `git+${repository}.git` } }),
    bin: { 'access-token': 'cli.js' },
    engines,
    optionalDependencies: Object.fromEntries(OPTIONAL.map((name) => [name, dependencies[name]])),
  };
}
