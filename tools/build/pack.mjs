import * as tar from 'tar';

/** Any fixed time will do. */
const MTIME = new Date('2000-01-01T00:00:00Z');

/**
 * Packs files into an archive. The same files give the same bytes on any machine: order, times and owners are fixed. Modes are the files'
 * own.
 *
 * @param paths relative to the folder, in the order of the archive
 * @param prefix a folder in the archive that contains them
 */
export async function pack(file, folder, paths, prefix) {
  await tar.create({ file, cwd: folder, gzip: { level: 9 }, portable: true, mtime: MTIME, ...(prefix === undefined ? {} : { prefix }) }, paths);
}
