/** The commands as an npm package: everything that they need is in it. The demo needs two packages that can't be. */
import { chmod, copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import esbuild from 'esbuild';
import { manifestIn, packagesAmong, shippedInputs, thirdPartyNotices } from './notices.mjs';
import { pack } from './pack.mjs';
import { bannerOf, PROGRAM_OPTIONS, PROGRAMS } from './programs.mjs';

export const NAME = 'access-token-cli';
/** Nobody needs the sandbox without its demo. */
const LEFT_OUT = ['sandbox.js'];
/**
 * Only the demo needs them. esbuild translates what is pasted, and has a binary for each kind of machine; the vendor's client has the
 * schemas that the local platform goes by, and its licence keeps others from shipping it.
 */
const OPTIONAL = ['@cognigy/rest-api-client', 'esbuild'];

/** From dist/: what the commands fill in or upload, and the demo's page. */
const COPIED = /^(?:access-token\.tar\.gz|(?:function|transformer)[\w-]*\.ts|studio\/.*)$/;

/**
 * Writes the package.
 *
 * @param folder an empty one, for what goes into the package
 * @param file the package
 * @param alsoBundled folders of the packages that are part of what is copied
 * @returns the folders of the packages that are part of it, and those that it is installed with
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
  // npm wants this folder.
  await pack(file, folder, paths, 'package');
  return { packages, optional: OPTIONAL.map((name) => `node_modules/${name}`) };
}

/** Not minified: what an administrator runs with an API key can be read. @returns the sources that are in it */
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
