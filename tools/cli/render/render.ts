import type { ConfigKeys } from '../../../src/settings/setting';
import { readConfiguration } from '../config';
import type { Environment } from '../references';
import { fillTemplate } from '../rendered/template';
import { functionSettings, TRANSFORMER_SETTINGS } from '../settings';

/** What can be rendered, with the settings that go into each; some depend on the file's other settings. */
export const RENDERINGS: Readonly<Record<string, (content: Record<string, unknown>) => ConfigKeys>> = {
  function: functionSettings,
  'transformer-rest': () => TRANSFORMER_SETTINGS,
  'transformer-webhook': () => TRANSFORMER_SETTINGS,
  'transformer-socket': () => TRANSFORMER_SETTINGS,
};

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
 * @throws AccessTokenError configuration_invalid; CliError template_missing
 */
export function render({ artifact, configFile, env, templates, previous }: RenderRequest): Rendering {
  const settings = RENDERINGS[artifact];
  if (settings === undefined) throw new Error(`There is no artifact "${artifact}".`);
  const { values, warnings } = readConfiguration(configFile, settings, env);
  const { text, kept } = fillTemplate(templates, artifact, values, previous);
  return { text, notes: kept ? [...warnings, 'Your own section of the earlier file is kept.'] : warnings };
}
