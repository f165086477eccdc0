import * as tar from 'tar';

/** Only its being the same matters. */
const MTIME = new Date('2000-01-01T00:00:00Z');

/**
 * Packs files: the same bytes from the same files, on any machine. Order, times and owners are fixed; modes are the files' own.
 *
 * @param paths in the folder, in the order that they take in the archive
 * @param prefix a folder that they lie in there
 */
export async function pack(file, folder, paths, prefix) {
  await tar.create({ file, cwd: folder, gzip: { level: 9 }, portable: true, mtime: MTIME, ...(prefix === undefined ? {} : { prefix }) }, paths);
}
