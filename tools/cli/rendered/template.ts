import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isObject } from '../../../src/json';
import type { ConfigKeys } from '../../../src/settings/setting';
import { TOKEN_KEYS } from '../../../src/settings/token-keys';
import { CliError } from '../cli-error';
import { systemCodeOf } from '../files';

import { toLiteral } from './literal';
import { transformerVersion } from './ownership';

const CONFIGURATION = /^(\/\/ ---- configuration: .*\n)[^]*?^(\/\/ ---- end of configuration ----$)/m;
const USER_SECTION = /^\/\/ ---- your section: .*\n[^]*?^\/\/ ---- end of your section ----$/m;

/**
 * Fills settings into the template of an artifact. It takes the smallest template that supports the settings.
 *
 * @param templates the folder that holds the templates
 * @param previous an earlier rendering; the user's own section of it is kept
 * @returns the text, and whether it contains a section that differs from the template's
 * @throws CliError template_missing
 */
export function fillTemplate(
  templates: string,
  artifact: string,
  values: Readonly<Record<string, unknown>>,
  previous?: string,
): { text: string; kept: boolean } {
  const template = readTemplate(templates, templateOf(artifact, values));
  if (!CONFIGURATION.test(template)) throw new CliError('template_missing', `${artifact}.ts has no configuration block.`);
  const filled = template.replace(
    CONFIGURATION,
    (_, start: string, end: string) => `${start}const CONFIG = ${toLiteral(withoutFallbacks(values))};\n${end}`,
  );
  const kept = previous === undefined ? undefined : userSection(previous);
  if (kept === undefined || filled.includes(kept)) return { text: filled, kept: false };
  return { text: filled.replace(USER_SECTION, () => kept), kept: true };
}

/** Leaves out token settings that equal their defaults, because all tokens must fit into one request. */
function withoutFallbacks(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { tokens } = values;
  if (!Array.isArray(tokens)) return values;
  const fallbacks: ConfigKeys = TOKEN_KEYS;
  const own = (token: object) => Object.fromEntries(Object.entries(token).filter(([key, value]) => value !== fallbacks[key]?.fallback));
  return { ...values, tokens: tokens.map((token: object) => own(token)) };
}

/** Custom token requests make the Function's text longer, so it supports them only if a token uses one. */
function templateOf(artifact: string, { tokens }: Readonly<Record<string, unknown>>): string {
  const isCustom = Array.isArray(tokens) && tokens.some((token) => isObject(token) && token['customRequest'] !== undefined);
  return artifact === 'function' && isCustom ? 'function-custom-request' : artifact;
}

/** @throws CliError template_missing */
export function readTemplate(templates: string, artifact: string): string {
  const file = join(templates, `${artifact}.ts`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError('template_missing', `${file} can't be read (${systemCodeOf(error) ?? 'unknown error'}).`);
  }
}

/** @returns the user's own section with its marker lines; `undefined` if there is none */
export function userSection(text: string): string | undefined {
  return USER_SECTION.exec(text.replace(/\r\n?/g, '\n'))?.[0];
}

/** @returns whether a text is our transformer but lacks a marker line, so the user's own section can't be found */
export function hasLostSection(text: string): boolean {
  return transformerVersion(text) !== undefined && userSection(text) === undefined;
}
