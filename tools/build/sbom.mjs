/** Makes software bills of materials in CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/). They list only what is in an artifact. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { manifestIn } from './notices.mjs';

/** Reads npm's description of all packages in the lock file: licence, purl, hash and dependencies. */
export async function readInventory(root) {
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: root,
    maxBuffer: 2 ** 26,
    shell: process.platform === 'win32',
  });
  return JSON.parse(stdout);
}

/**
 * Makes the bill of materials of one artifact. npm's inventory lists everything that development needs. Only what the bundler put into the
 * artifact stays.
 *
 * @param inventory the result of `readInventory`
 * @param file the artifact
 * @param packages folders of the packages that are part of it
 * @param optional folders of the packages that npm installs with it
 * @param date the release date, such as 2026-11-27
 * @returns the document; the same artifact gives the same document
 */
export async function billOfMaterials({ root, inventory, name, file, packages, optional = [], date }) {
  const { version, description, license, author } = await manifestIn(root, '.');
  const parts = new Map();
  for (const [scope, folders] of Object.entries({ optional, required: packages })) {
    for (const folder of folders) {
      const { name: part, version: at, license: of } = await manifestIn(root, folder);
      parts.set(`${part}@${at}`, { scope, license: of });
    }
  }
  const known = new Map(inventory.components.map((component) => [component['bom-ref'], component]));
  const components = [...parts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([reference, { scope, license: terms }]) => {
    if (!known.has(reference)) throw new Error(`The lock file has no ${reference}, which is part of ${name}.`);
    // npm's properties are about development, so they are left out.
    const component = { ...known.get(reference), properties: undefined, externalReferences: undefined, scope };
    // npm leaves out a licence that is not an SPDX id. The manifest's own words replace it.
    return { licenses: [{ license: { name: terms } }], ...component };
  });
  const own = `${name}@${version}`;
  const document = {
    $schema: inventory.$schema,
    bomFormat: 'CycloneDX',
    specVersion: inventory.specVersion,
    version: 1,
    metadata: {
      timestamp: `${date}T00:00:00Z`,
      lifecycles: [{ phase: 'build' }],
      component: {
        'bom-ref': own,
        type: 'application',
        name,
        version,
        author,
        description,
        hashes: [{ alg: 'SHA-256', content: sha256(await readFile(file)) }],
        licenses: [{ license: { id: license } }],
        purl: `pkg:npm/${name}@${version}`,
      },
    },
    components,
    dependencies: dependenciesOf(inventory.dependencies, own, [...parts.keys()].sort()),
  };
  return { $schema: document.$schema, bomFormat: 'CycloneDX', specVersion: document.specVersion, serialNumber: serialNumber(document), ...document };
}

/** @returns the dependencies among the parts. A part that no other part depends on is a dependency of the artifact itself */
function dependenciesOf(graph, own, parts) {
  const known = new Map(graph.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const among = (ref) => (known.get(ref) ?? []).filter((other) => parts.includes(other));
  const askedFor = new Set(parts.flatMap(among));
  return [
    { ref: own, dependsOn: parts.filter((ref) => !askedFor.has(ref)) },
    ...parts.map((ref) => ({ ref, dependsOn: among(ref) })),
  ];
}

const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** @returns a UUID (RFC 9562 §5.8) made from the document's content, so the same document gets the same one */
function serialNumber(document) {
  const digits = sha256(JSON.stringify(document)).slice(0, 32).split('');
  digits[12] = '8';
  digits[16] = 'a';
  const [one, two, three, four, five] = [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => digits.slice(from, to).join(''));
  return `urn:uuid:${one}-${two}-${three}-${four}-${five}`;
}
