/** Software bills of materials in CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/): what is in an artifact, and no more. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { manifestIn } from './notices.mjs';

/** All packages of the lock file as npm describes them: licence, purl, hash, and what depends on what. */
export async function readInventory(root) {
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: root,
    maxBuffer: 2 ** 26,
    shell: process.platform === 'win32',
  });
  return JSON.parse(stdout);
}

/**
 * npm lists all that development needs. Only what is in the artifact stays, by the bundler's own account.
 *
 * @param inventory of `readInventory`
 * @param file the artifact
 * @param packages folders of the packages that are part of it
 * @param optional folders of packages that are installed with it
 * @param date when the version was released, such as 2026-11-27
 * @returns the document; it is the same for the same artifact
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
    // Its properties say what it is to development.
    const component = { ...known.get(reference), properties: undefined, externalReferences: undefined, scope };
    // npm leaves out what is no SPDX id.
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

/** What is part of the artifact, and what of that depends on what. What no other part asks for, the artifact itself does. */
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

/** A UUID of what is in the document (RFC 9562 §5.8), so that it is the same for the same document. */
function serialNumber(document) {
  const digits = sha256(JSON.stringify(document)).slice(0, 32).split('');
  digits[12] = '8';
  digits[16] = 'a';
  const [one, two, three, four, five] = [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => digits.slice(from, to).join(''));
  return `urn:uuid:${one}-${two}-${three}-${four}-${five}`;
}
