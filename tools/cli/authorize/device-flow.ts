import { isAccessTokenError, redact } from '../../../src/errors';
import type { HttpResponse, Transport } from '../../../src/http';
import { readJsonObject } from '../../../src/json';
import type { Grant, TokenEndpointConfig } from '../../../src/oauth';
import { CliError } from '../cli-error';
import { describeDuration } from '../durations';
import type { ConsentRequest } from './authorization-request';
import { requestDeviceCode } from './device-request';
import type { DeviceCode } from './device-request';
import { requireDeviceAuthorizationUrl } from './endpoints';
import type { ConsentServer } from './endpoints';
import { exchange, explained } from './exchange';
import type { Consented, ExchangeWorld } from './exchange';
import type { Waiting } from './waiting';

export interface DeviceFlow {
  config: TokenEndpointConfig;
  server: ConsentServer;
  request: ConsentRequest;
  allowInsecure: boolean;
}

export interface DeviceFlowEnvironment extends ExchangeWorld {
  /** @returns a QR code, as lines of a terminal */
  drawQrCode: (text: string) => Promise<string>;
  waiting: Waiting;
  print: (text: string) => void;
}

/** RFC 8628 §3.5: `slow_down` adds this to the interval. */
const SLOWER_SECONDS = 5;
/** The same section asks for growing pauses if no answer comes. */
const LONGEST_INTERVAL_SECONDS = 60;

/**
 * Asks for consent on another device, RFC 8628.
 *
 * @throws CliError device_not_offered, device_code_expired, authorization_denied, authorization_failed, authorization_cancelled;
 *   AccessTokenError as `exchange` does
 */
export async function authorizeByDevice(flow: DeviceFlow, environment: DeviceFlowEnvironment): Promise<Consented> {
  const { config, server, request, allowInsecure } = flow;
  const { transport, drawQrCode, print } = environment;
  const url = requireDeviceAuthorizationUrl(server);
  const device = await requestDeviceCode(url, config, request, { transport, allowInsecure });
  const { verificationUri, completeUri, userCode, expiresInSeconds } = device;
  const code = redact(userCode, [], 60);
  if (completeUri !== undefined) print(`${await drawQrCode(completeUri)}\n`);
  print(`Open ${verificationUri} on any device, sign in as the user the bot acts for, and enter the code ${code}\n`);
  print(`Waiting up to ${describeDuration(expiresInSeconds * 1000)} for the consent. Ctrl+C cancels.\n`);
  return poll(device, config, environment);
}

async function poll(device: DeviceCode, config: TokenEndpointConfig, environment: DeviceFlowEnvironment): Promise<Consented> {
  const { now, waiting, transport } = environment;
  const end = now() + device.expiresInSeconds * 1000;
  let { intervalSeconds } = device;
  for (;;) {
    await waiting.pause(intervalSeconds * 1000);
    if (now() >= end) throw expired();
    const heard = listening(transport);
    try {
      return await exchange(config, deviceCodeGrant(device), { ...environment, transport: heard.transport }, device.authentication);
    } catch (thrown) {
      const error = heard.error();
      if (error === 'authorization_pending') continue;
      if (error === 'slow_down') intervalSeconds += SLOWER_SECONDS;
      else if (error === 'expired_token') throw expired();
      else if (error === 'access_denied') throw new CliError('authorization_denied', 'The consent was denied (access_denied).');
      else if (isAccessTokenError(thrown) && thrown.transient) intervalSeconds = Math.min(LONGEST_INTERVAL_SECONDS, intervalSeconds * 2);
      else throw explained(thrown, config);
    }
  }
}

/** The grant of RFC 8628 §3.4. The same grant is used for each poll, so it is not single-use. */
export function deviceCodeGrant({ deviceCode }: Pick<DeviceCode, 'deviceCode'>): Grant {
  return {
    name: 'urn:ietf:params:oauth:grant-type:device_code',
    parameters: { device_code: deviceCode },
    isSingleUse: false,
    secrets: [deviceCode],
  };
}

function expired(): CliError {
  return new CliError('device_code_expired', 'Nobody entered the code in time.');
}

/** Wraps a transport to read the `error` of its last answer. Only this flow knows the codes of RFC 8628. */
function listening(transport: Transport): { transport: Transport; error: () => unknown } {
  let last: HttpResponse | undefined;
  return {
    transport: async (...args) => (last = await transport(...args)),
    error: () => readJsonObject(last?.data)?.['error'],
  };
}
