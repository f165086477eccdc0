import { resolve } from 'node:path';

import type { ConfigKeys } from '../../../src/settings/setting';
import { CliError } from '../cli-error';
import { EXIT_DONE, refuseMore, SOURCE_OPTIONS, textOption, UsageError } from '../command';
import type { Command } from '../command';
import { readConfiguration } from '../config';
import { readIfPresent, removeLeftovers, writePrivateFile } from '../files';
import { didYouMean } from '../nearest';
import { fillTemplate, hasLostSection } from '../rendered/template';
import { functionBody, tooLarge, transformerBody } from '../request-size';
import { functionSettings, TRANSFORMER_SETTINGS } from '../settings';
import { fileNames, openSources } from '../sources';
import type { Sources } from '../sources';

/** What can be rendered, and the settings that go into it. They may depend on other settings of the file. */
const RENDERINGS: Readonly<Record<string, (content: Record<string, unknown>) => ConfigKeys>> = {
  function: functionSettings,
  'transformer-rest': () => TRANSFORMER_SETTINGS,
  'transformer-webhook': () => TRANSFORMER_SETTINGS,
  'transformer-socket': () => TRANSFORMER_SETTINGS,
};

const ARTIFACTS = Object.keys(RENDERINGS);

/** `render ARTIFACT`: writes a file to paste. */
export const renderCommand: Command = {
  name: 'render',
  summary: 'writes a file that is ready to paste, for a set-up by hand',
  usage: `  render ARTIFACT [--out FILE] [--config FILE] [--env-file FILE]
      Writes a file that is ready to paste, with the configuration filled in.
      ARTIFACT is ${ARTIFACTS.join(', ')}.
      Without --out, the file goes to the standard output.`,
  options: { ...SOURCE_OPTIONS, out: { type: 'string', value: 'FILE', proposals: 'files' } },
  proposals: ARTIFACTS,

  async run(call, { env, templates, print, complain }) {
    const [artifact] = call.positionals;
    if (artifact === undefined) throw new UsageError(`Say what to render: one of ${ARTIFACTS.join(', ')}.`);
    if (!ARTIFACTS.includes(artifact)) {
      throw new UsageError(`"${artifact}" can't be rendered. Choose one of ${ARTIFACTS.join(', ')}.${didYouMean(artifact, ARTIFACTS)}`);
    }
    refuseMore(call, 1);
    const sources = openSources(call, env, (warning) => complain(`Warning: ${warning}\n`));
    const out = textOption(call, 'out');
    if (out !== undefined && resolve(out) === resolve(sources.config)) {
      throw new UsageError('--out names the configuration file itself, and would overwrite it.');
    }
    const previous = out === undefined ? undefined : readIfPresent(out);
    if (previous !== undefined && hasLostSection(previous)) {
      const message = `Your own section of ${out} can't be found: one of its two marker lines is missing.`;
      throw new CliError('section_unmarked', message);
    }
    const { text, notes } = render({ artifact, sources, templates, previous });
    if (out === undefined) print(text);
    else {
      removeLeftovers(out);
      writePrivateFile(out, text);
    }
    for (const note of notes) complain(`${note}\n`);
    if (out !== undefined) complain(`Written: ${out}. It holds secrets: only you can read it.\n`);
    return EXIT_DONE;
  },
};

interface RenderRequest {
  /** A key of `RENDERINGS`. */
  artifact: string;
  sources: Sources;
  /** The folder that holds the templates. */
  templates: string;
  /** An earlier rendering. The user's own section of it is kept. */
  previous?: string | undefined;
}

interface Rendering {
  text: string;
  /** One line each, for the terminal. */
  notes: string[];
}

/**
 * Fills a configuration into a file to paste.
 *
 * @throws AccessTokenError configuration_invalid; CliError configuration_missing, configuration_unreadable, template_missing
 */
export function render({ artifact, sources, templates, previous }: RenderRequest): Rendering {
  const settings = RENDERINGS[artifact];
  if (settings === undefined) throw new Error(`There is no artifact "${artifact}".`);
  const { values, warnings } = readConfiguration(sources.config, settings, sources.env, fileNames(sources));
  const { text, kept } = fillTemplate(templates, artifact, values, previous);
  const bodyOf = artifact === 'function' ? functionBody : transformerBody;
  const problem = tooLarge('Saved, it', values, (some) => bodyOf(fillTemplate(templates, artifact, some, previous).text));
  const notes = [
    ...warnings,
    ...(kept ? ['Your own section of the earlier file is kept.'] : []),
    ...(problem === undefined ? [] : [`Warning: ${problem} The editor may refuse it. See docs/scale.md for how to split the tokens.`]),
  ];
  return { text, notes };
}
