import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readConfiguration } from '../config';
import { transformerVersion } from '../deploy/ownership';
import type { Environment } from '../references';
import type { Settings } from '../read-object';
import { functionSettings, TRANSFORMER_SETTINGS } from '../settings';

/** What can be rendered, with the settings that go into each; some depend on the file's other settings. */
export const RENDERINGS: Readonly<Record<string, (content: Record<string, unknown>) => Settings>> = {
  function: functionSettings,
  'transformer-rest': () => TRANSFORMER_SETTINGS,
  'transformer-webhook': () => TRANSFORMER_SETTINGS,
  'transformer-socket': () => TRANSFORMER_SETTINGS,
};

const CONFIGURATION = /^(\/\/ ---- configuration: .*\n)[^]*?^(\/\/ ---- end of configuration ----$)/m;
const USER_SECTION = /^\/\/ ---- your section: .*\n[^]*?^\/\/ ---- end of your section ----$/m;

export interface RenderRequest {
  /** A key of `RENDERINGS`. */
  artifact: string;
  configFile: string;
  env: Environment;
  /** The folder that holds the templates. */
  templates: string;
  /** An earlier rendering: what its user wrote into the section of their own is kept. */
  previous?: string | undefined;
}

export interface Rendering {
  text: string;
  /** One line each, for the terminal. */
  notes: string[];
}

/**
 * Fills a configuration into a file that is ready to be pasted.
 *
 * @throws AccessTokenError configuration_invalid
 */
export function render({ artifact, configFile, env, templates, previous }: RenderRequest): Rendering {
  const settings = RENDERINGS[artifact];
  if (settings === undefined) throw new Error(`There is no artifact "${artifact}".`);
  const { values, warnings } = readConfiguration(configFile, settings, env);
  const { text, kept } = fillTemplate(templates, artifact, values, previous);
  return { text, notes: kept ? [...warnings, 'Your own section of the earlier file is kept.'] : warnings };
}

/**
 * Puts settings into a template.
 *
 * @param templates the folder that holds the templates
 * @param previous an earlier rendering, whose user's own section is kept
 * @returns the text, and whether it has a section of an earlier one that differs from the template's
 */
export function fillTemplate(
  templates: string,
  artifact: string,
  values: Readonly<Record<string, unknown>>,
  previous?: string,
): { text: string; kept: boolean } {
  const template = readFileSync(join(templates, `${artifact}.ts`), 'utf8');
  if (!CONFIGURATION.test(template)) throw new Error(`${artifact}.ts has no configuration block: run ./build.sh.`);
  const filled = template.replace(
    CONFIGURATION,
    (_, start: string, end: string) => `${start}const CONFIG = ${toLiteral(values)};\n${end}`,
  );
  const kept = previous === undefined ? undefined : userSection(previous);
  if (kept === undefined || filled.includes(kept)) return { text: filled, kept: false };
  return { text: filled.replace(USER_SECTION, () => kept), kept: true };
}

/** @returns the section that users write themselves, with its marker lines; `undefined` where there is none */
export function userSection(text: string): string | undefined {
  return USER_SECTION.exec(text.replace(/\r\n?/g, '\n'))?.[0];
}

/** @returns whether a text is a transformer of ours from which nobody can tell what its user wrote: a marker line is gone */
export function hasLostSection(text: string): boolean {
  return transformerVersion(text) !== undefined && userSection(text) === undefined;
}

/**
 * A value as a literal for TypeScript source. JSON is one, but for two line separators that older
 * parsers take for line ends, and for the member `__proto__`, which would set the prototype.
 */
export function toLiteral(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(/[\u2028\u2029]/g, (separator) => (separator === '\u2028' ? '\\u2028' : '\\u2029'))
    .replace(/^( *)"__proto__":/gm, '$1["__proto__"]:');
}
