import { existsSync } from 'node:fs';

import { baseOf } from '../lock';
import { writePrivateFile } from '../render/render';

/**
 * Saves a text that is about to be replaced beside the configuration, under a name that is not taken. Only the owner
 * can read it: it may hold secrets.
 *
 * @param what such as `transformer-<id>`
 * @returns the path
 */
export function saveOld(configFile: string, what: string, text: string): string {
  const path = (count: number): string => `${baseOf(configFile)}.${what}${count === 0 ? '' : `.${count}`}.ts`;
  let count = 0;
  while (existsSync(path(count))) count += 1;
  writePrivateFile(path(count), text);
  return path(count);
}
