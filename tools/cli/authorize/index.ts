import { existsSync } from 'node:fs';

import { CliError } from '../cli-error';
import { EXIT_DONE } from '../command';
import type { Call, CliContext, Command } from '../command';
import { envFileOf, readVariables } from '../env-file';
import { warnOfExposedSecrets } from '../exposed';
import { removeLeftovers } from '../files';
import type { Interruption } from '../interruption';
import { baseOf } from '../lock';
import type { Environment } from '../references';
import { commandLine, quoted } from '../shell';
import { authorizeByCode } from './code-flow';
import { authorizeByDevice } from './device-flow';
import { findServer, scopeWith } from './endpoints';
import type { Consented } from './exchange';
import { keepInEnvFile } from './keep-in-env-file';
import { openStore } from './open-store';
import { AUTHORIZE_OPTIONS, readOptions } from './options';
import type { AuthorizeOptions } from './options';
import { refreshReference } from './refresh-reference';
import { readAuthorizeSettings } from './settings';
import type { AuthorizeSettings } from './settings';
import { REAL_EDGE } from './terminal';
import type { AuthorizeEdge } from './terminal';
import { Waiting } from './waiting';

/** @param deploy brings connection and Function up to date */
export function createAuthorizeCommand(edge: AuthorizeEdge, deploy: Pick<Command, 'run'>): Command {
  return {
    name: 'authorize',
    usage: `  authorize [--token NAME] [--provider NAME] [--scope SCOPES] [--device | --no-browser]
      [--port N] [--config FILE] [--deploy]
      Asks for a user's consent, and puts the refresh token where it belongs: into the shared
      store, so that the bots go on at once, and into the env file. The first time, and
      whenever a refresh token has ended. --token says which, where there are several.
      --device shows a code to enter on another device. --no-browser opens no browser, and
      takes the address pasted to which the browser was sent. --port N is that of the
      redirect address. --deploy runs deploy afterwards.`,
    options: AUTHORIZE_OPTIONS,
    run: async (call, context) => runAuthorize(readOptions(call), context, edge, deploy),
  };
}

export const authorizeCommand = (deploy: Pick<Command, 'run'>): Command => createAuthorizeCommand(REAL_EDGE, deploy);

async function runAuthorize(options: AuthorizeOptions, context: CliContext, edge: AuthorizeEdge, deploy: Pick<Command, 'run'>): Promise<number> {
  const { config: file } = options;
  const { print, complain } = context;
  const warn = (text: string): void => complain(`Warning: ${text}\n`);
  if (existsSync(file)) removeLeftovers(baseOf(file));
  for (const warning of warnOfExposedSecrets(file)) warn(warning);
  // What the environment has counts for more, as with `node --env-file`.
  const env: Environment = { ...readVariables(edge.files.read(envFileOf(file)) ?? ''), ...context.env };
  const settings = readAuthorizeSettings(file, options.tokenName, env);
  const { tokenName, index } = settings;
  const reference = refreshReference(edge.files.read(file) ?? '', index, tokenName);
  const store = await openStore(settings, context, edge);
  const interruption = edge.listen();
  try {
    const { refreshToken, ...consented } = await askForConsent(options, settings, store.world, interruption, context, edge);
    print(`Got a token for "${tokenName}", with a refresh token.\n`);
    const { notes, warnings } = keepInEnvFile(file, reference, refreshToken, { files: edge.files, env: context.env });
    for (const note of notes) print(`${note}\n`);
    for (const warning of warnings) warn(warning);
    print(`${await store.put({ ...consented, refreshToken }, env[reference.variable])}\n`);
    if (options.deploys) return await deploy.run(deployCall(file), { ...context, env: { ...env, [reference.variable]: refreshToken } });
    print(`Next, so that connection and Function have it too: ${commandLine(`deploy --config ${quoted(file)}`, context, envFileOf(file))}\n`);
    return EXIT_DONE;
  } finally {
    interruption.forget();
    store.close();
  }
}

function deployCall(file: string): Call {
  return { positionals: [], values: { config: file } };
}

type World = Pick<CliContext, 'transport' | 'now' | 'sleep'>;

/** @throws CliError refresh_token_missing, and those of the flows */
async function askForConsent(
  options: AuthorizeOptions,
  settings: AuthorizeSettings,
  world: World,
  interruption: Interruption,
  { print }: CliContext,
  edge: AuthorizeEdge,
): Promise<Consented & { refreshToken: string }> {
  const { isDevice, opensBrowser, port } = options;
  const { config, allowInsecure } = settings;
  const server = await findServer(settings.server, options.provider ?? settings.provider, { ...world, allowInsecure });
  const { clientId, audience } = config;
  const scope = scopeWith(options.scope ?? config.scope, server.offlineScope);
  const waiting = new Waiting(interruption);
  const { refreshToken, ...consented } = isDevice
    ? await authorizeByDevice(
        { config, server, allowInsecure, request: { clientId, scope, audience, parameters: {} } },
        { ...world, waiting, print, drawQrCode: edge.drawQrCode },
      )
    : await authorizeByCode(
        { config, server, port, opensBrowser, request: { clientId, scope, audience, parameters: server.parameters } },
        { ...world, waiting, print, edge },
      );
  if (refreshToken !== undefined) return { ...consented, refreshToken };
  throw new CliError('refresh_token_missing', `The authorization server gave a token and no refresh token. ${server.withoutRefreshToken}`);
}
