import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tar from 'tar';
import { badRequest } from '../api-error';
import { isJsonObject, messageOf } from '../json';

const MAIN = 'build/module.js';
const REQUIRED_FILES = [MAIN, 'package.json', 'package-lock.json', 'README.md', 'icon.png'];
const ICON_PIXELS = 64;
const PNG_SIGNATURE = '89504e470d0a1a0a';

export interface UnpackedExtension {
  name: string;
  version: string;
  /** An empty text if package.json has none. */
  description: string;
  /** Where it was unpacked; the caller removes it. */
  directory: string;
  mainFile: string;
}

/**
 * Unpacks an archive into a new temporary directory, and checks what the platform checks. Never installs its
 * dependencies.
 * @throws ApiError 400 that names everything wrong with the archive
 */
export async function unpackExtension(archivePath: string, maxBytes: number): Promise<UnpackedExtension> {
  const { size } = await fs.stat(archivePath);
  if (size > maxBytes) throw badRequest(`an extension may have ${maxBytes} bytes, not ${size}`);
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'extension-'));
  try {
    await tar.extract({ file: archivePath, cwd: directory, strict: true });
    await fs.rm(path.join(directory, 'node_modules'), { recursive: true, force: true });
    const problems = await findProblems(directory);
    if (problems.length > 0) throw badRequest(problems.join('; '));
    const { name, version, description } = await readManifest(directory);
    return {
      name: String(name),
      version: String(version),
      description: typeof description === 'string' ? description : '',
      directory,
      mainFile: path.join(directory, MAIN),
    };
  } catch (error) {
    await fs.rm(directory, { recursive: true, force: true });
    if (error instanceof Error && error.name === 'ApiError') throw error;
    throw badRequest(`the archive can't be read: ${messageOf(error)}`);
  }
}

async function findProblems(directory: string): Promise<string[]> {
  const problems: string[] = [];
  for (const file of REQUIRED_FILES) {
    const isFile = await fs.stat(path.join(directory, file)).then((stat) => stat.isFile(), () => false);
    if (!isFile) problems.push(`${file} is missing`);
  }
  if (problems.length > 0) return problems;
  const manifest = await readManifest(directory);
  if (typeof manifest.name !== 'string' || !/^[a-z0-9~][a-z0-9._~-]*$/.test(manifest.name)) {
    problems.push('package.json: name must be a package name without a scope');
  }
  if (typeof manifest.version !== 'string') problems.push('package.json: version is missing');
  if (manifest.main !== MAIN) problems.push(`package.json: main must be ${MAIN}`);
  const icon = await fs.readFile(path.join(directory, 'icon.png'));
  // Width and height are the first two numbers of the IHDR chunk, which always comes first.
  const isPng = icon.subarray(0, 8).toString('hex') === PNG_SIGNATURE && icon.length >= 24;
  if (!isPng || icon.readUInt32BE(16) !== ICON_PIXELS || icon.readUInt32BE(20) !== ICON_PIXELS) {
    problems.push(`icon.png must be a PNG of ${ICON_PIXELS}x${ICON_PIXELS} pixels`);
  }
  return problems;
}

async function readManifest(directory: string): Promise<Record<string, unknown>> {
  const manifest: unknown = JSON.parse(await fs.readFile(path.join(directory, 'package.json'), 'utf8'));
  if (!isJsonObject(manifest)) throw new Error('package.json is no object');
  return manifest;
}
