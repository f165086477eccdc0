/**
 * Makes the entry for an extension marketplace, Cognigy's or your own. It has the format of `metadata/extensions.json` in
 * https://github.com/Cognigy/Extensions, described by `metadata/schema.json` there.
 */
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestIn } from './notices.mjs';

/**
 * @param archive the name of the release's archive
 * @param repository the repository's address, such as https://github.com/owner/name
 * @returns the document, with one extension
 */
export async function marketplaceEntry({ root, dist, archive, repository }) {
  const { name, version, description, keywords } = await manifestIn(root, '.');
  const { nodes, options } = createRequire(import.meta.url)(join(dist, 'extension/build/module.js')).default;
  const icon = await readFile(join(root, 'icons/icon.png'));
  const extension = {
    name,
    label: options.label,
    version,
    downloadUrl: `${repository}/releases/download/v${version}/${archive}`,
    infoUrl: `${repository}#readme`,
    description,
    longDescription: (await readFile(join(root, 'tools/build/templates/marketplace.txt'), 'utf8')).replace(/\s+/g, ' ').trim(),
    tags: keywords,
    icon: `data:image/png;base64,${icon.toString('base64')}`,
    // Branches are not listed. They come with their node.
    nodes: nodes.filter(({ parentType }) => parentType === undefined || parentType === null).map(nodeEntry),
  };
  return { version: '1.0', extensions: [extension] };
}

const nodeEntry = ({ type, defaultLabel, summary }) => ({ type, defaultLabel: inEnglish(defaultLabel), description: inEnglish(summary), tags: [] });

const inEnglish = (text) => (typeof text === 'string' ? text : (text?.default ?? ''));
