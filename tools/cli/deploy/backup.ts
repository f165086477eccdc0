import { existsSync } from 'node:fs';

import { writePrivateFile } from '../files';
import { ignoreInGit, isTrackedByGit, trackedWarning } from '../git';
import { baseOf } from '../lock';

import type { Progress } from './progress';

/** A text that is about to be replaced. */
export interface OldText {
  /** For people, such as `The old transformer`. */
  subject: string;
  /** For the file's name, such as `transformer-<id>`. */
  name: string;
  text: string;
}

/**
 * Saves a text in a new file beside the configuration, and reports that. The text may contain secrets, so only the owner can read the
 * file, and git ignores it.
 */
export function saveOld(
  { subject, name, text }: OldText,
  { configFile, progress }: { configFile: string; progress: Progress },
): void {
  const path = (count: number): string => `${baseOf(configFile)}.${name}${count === 0 ? '' : `.${count}`}.ts`;
  let count = 0;
  while (existsSync(path(count))) count += 1;
  const file = path(count);
  const isTracked = isTrackedByGit(file);
  const ignoredBy = ignoreInGit(file);
  writePrivateFile(file, text);
  const added = ignoredBy === undefined ? '' : ` Added to ${ignoredBy}.`;
  progress.note(`${subject} was saved to ${file}. It may hold secrets, so only you can read it.${added}`);
  if (isTracked) progress.warn(trackedWarning(file));
}
