import { existsSync } from 'node:fs';

import { CliError } from '../cli-error';
import { EXIT_DONE, textOption } from '../command';
import type { Call, CliContext, Command } from '../command';
import { removeLeftovers } from '../files';
import type { Interruption } from '../interruption';
import { nextCommand } from '../invocation';
import { baseOf } from '../lock';
import { openSources } from '../sources';
import { authorizeByCode } from './code-flow';
import { authorizeByDevice } from './device-flow';
import { findServer, scopeWith } from './endpoints';
import type { Consented } from './exchange';
import { envFileFor, keepInEnvFile } from './keep-in-env-file';
import { openStore } from './open-store';
import { AUTHORIZE_OPTIONS, readOptions } from './options';
import type { AuthorizeOptions } from './options';
import { refreshReference } from './refresh-reference';
import { readAuthorizeSettings } from './settings';
import type { AuthorizeSettings } from './settings';
import { REAL_EDGE } from './terminal';
import type { AuthorizeEdge } from './terminal';
import { Waiting } from './waiting';

/** @param deploy runs afterwards with `--deploy`, to update the connection and the Function */
export function createAuthorizeCommand(edge: AuthorizeEdge, deploy: Pick<Command, 'run'>): Command {
  return {
    name: 'authorize',
    summary: 'asks a user for consent, and keeps the refresh token',
    usage: `  authorize [--token NAME] [--provider NAME] [--scope SCOPES] [--device | --no-browser]
      [--port N] [--deploy] [--config FILE] [--env-file FILE]
      Asks a user for consent and keeps the refresh token: in the shared store, so that the
      bots use it at once, and in the env file. Run it the first time, and whenever a refresh
      token has ended. If there are several tokens, --token says which.
      --device shows a code to enter on another device. --no-browser opens no browser; you
      paste the address that a browser elsewhere was sent to. --port N sets the port of the
      redirect address. --deploy runs deploy afterwards.`,
    options: AUTHORIZE_OPTIONS,
    run: async (call, context) => runAuthorize(call, context, edge, deploy),
  };
}

export const authorizeCommand = (deploy: Pick<Command, 'run'>): Command => createAuthorizeCommand(REAL_EDGE, deploy);

async function runAuthorize(call: Call, context: CliContext, edge: AuthorizeEdge, deploy: Pick<Command, 'run'>): Promise<number> {
  const options = readOptions(call);
  const { print, complain, program } = context;
  const warn = (text: string): void => complain(`Warning: ${text}\n`);
  const sources = openSources(call, context.env, warn);
  const { config: file, env } = sources;
  if (existsSync(file)) removeLeftovers(baseOf(file));
  const settings = readAuthorizeSettings(sources, options.tokenName);
  const { tokenName, index } = settings;
  const reference = refreshReference(edge.files.read(file) ?? '', index, tokenName);
  const envFile = envFileFor(reference.variable, sources);
  const store = await openStore(settings, context, edge);
  const interruption = edge.listen();
  try {
    const { refreshToken, ...consented } = await askForConsent(options, settings, store.world, interruption, context, edge);
    print(`Got a token for "${tokenName}", with a refresh token.\n`);
    const { notes, warnings } = keepInEnvFile({ config: file, envFile }, reference, refreshToken, { files: edge.files, env: context.env });
    for (const note of notes) print(`${note}\n`);
    for (const warning of warnings) warn(warning);
    print(`${await store.put({ ...consented, refreshToken }, env[reference.variable])}\n`);
    const namedEnvFile = textOption(call, 'env-file');
    if (options.deploys) {
      const withToken = { ...context, env: { ...env, [reference.variable]: refreshToken } };
      return await deploy.run({ positionals: [], values: { config: file, 'env-file': namedEnvFile } }, withToken);
    }
    print(`Next, to update the connection and the Function: ${nextCommand(program, 'deploy', file, namedEnvFile)}\n`);
    return EXIT_DONE;
  } finally {
    interruption.forget();
    store.close();
  }
}

type World = Pick<CliContext, 'transport' | 'now' | 'sleep'>;

/** @throws CliError refresh_token_missing, and the errors of both flows */
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
  throw new CliError('refresh_token_missing', `The authorization server gave a token but no refresh token. ${server.withoutRefreshToken}`);
}
