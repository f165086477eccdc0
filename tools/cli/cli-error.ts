import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_MISUSED } from './command';

/**
 * The errors of the commands, beyond the codes of `errors.ts`, which are part of the pasted files. Each with its exit
 * code (`EXIT_MISUSED`: the call or the configuration is at fault) and with what to do.
 */
const CODES = {
  api_unreachable: [EXIT_FAILED, 'Check apiUrl, proxy and firewall, then run the same command again: it goes on where it stopped.'],
  api_unavailable: [EXIT_FAILED, 'Wait a little, then run the same command again: it goes on where it stopped.'],
  api_refused: [EXIT_FAILED, 'Correct what the answer names, then run the same command again: it goes on where it stopped.'],
  api_key_refused: [EXIT_MISUSED, 'Create an API key in My Profile of Cognigy.AI and use it as apiKey.'],
  api_forbidden: [EXIT_MISUSED, "Give the API key's user the right to do this in the project, or use another user's API key."],
  api_not_an_api: [
    EXIT_MISUSED,
    'Correct apiUrl: the base URL of the management API, such as https://api-trial.cognigy.ai. If it is right, look at what stands before the API, such as a proxy.',
  ],
  request_too_large: [
    EXIT_MISUSED,
    'Put fewer tokens into one configuration: docs/scale.md says how to split them. Or let a Flow refresh ("refreshBy": "flow"). For an upload, raise the limit of the proxy before the API.',
  ],
  project_not_found: [EXIT_MISUSED, "Correct projectId: it is in the browser's address after /project/. Check that apiUrl is that installation's."],
  resource_not_found: [EXIT_MISUSED, 'Correct the id, or leave it out: what is missing is then created.'],
  name_ambiguous: [EXIT_MISUSED, 'Delete or rename one of them, or choose other names in the configuration ("names").'],
  endpoint_type_wrong: [EXIT_MISUSED, 'Use an Endpoint of the type in endpointType, or set endpointType to rest, webhook or socket as it is.'],
  transformer_foreign: [EXIT_MISUSED, 'Choose another Endpoint, or run again with --force: the old text is saved to a file first.'],
  function_foreign: [EXIT_MISUSED, 'Choose another Function, or run again with --force: the old code is saved to a file first.'],
  section_unmarked: [EXIT_MISUSED, 'Put the marker lines back, as a rendering without --out shows them, or move the file away.'],
  connection_foreign: [
    EXIT_MISUSED,
    'Rename what is there, or choose another name ("names.connections"); or run again with --force: its values, which nobody can read back, are replaced.',
  ],
  endpoint_base_unknown: [EXIT_MISUSED, 'Set endpointBaseUrl: the part of your Endpoint URLs before the URL token, such as https://endpoint-trial.cognigy.ai.'],
  configuration_missing: [EXIT_MISUSED, 'Make one with access-token init, or name yours with --config FILE.'],
  configuration_unreadable: [EXIT_MISUSED, 'Put a file there that you can read, or name another one with --config FILE.'],
  env_file_missing: [EXIT_MISUSED, 'Correct --env-file, or leave it out: then access-token.env and .env beside the configuration are read.'],
  env_file_unreadable: [EXIT_MISUSED, 'Make the file readable for you, or name another one with --env-file FILE.'],
  lock_unreadable: [EXIT_MISUSED, 'Restore that file, or delete it: what was deployed is then found by its names.'],
  lock_of_another_project: [EXIT_MISUSED, 'Use a configuration file of its own for each project, or run access-token undeploy with the old projectId first.'],
  lock_tampered: [EXIT_MISUSED, 'Restore the lock file as deploy wrote it, or delete it: what was deployed is then found by its names.'],
  lock_unverified: [
    EXIT_MISUSED,
    'Restore the lock file that deploy wrote, or enter these things in the configuration (functionId, endpointId, "names") if they are yours, or delete the lock file: what was deployed is then found by its names.',
  ],
  lock_missing: [
    EXIT_MISUSED,
    'Restore the lock file, or delete these things in Cognigy.AI if nobody needs them: nobody knows which of them deploy has made.',
  ],
  lock_names_another: [EXIT_MISUSED, 'Run access-token undeploy first, which removes the former one or takes our text out of it, then deploy; or name the former one in the configuration.'],
  file_unwritable: [EXIT_FAILED, 'Make the file and its folder writable for you, and see that the disk is not full, then run the same command again.'],
  not_confirmed: [EXIT_MISUSED, 'Run it on a terminal, which asks, or again with --yes. --dry-run shows the list, and removes nothing.'],
  declined: [EXIT_FAILED, 'Run it again when you are sure.'],
  interrupted: [EXIT_INTERRUPTED, 'Run the same command again when you like.'],
  server_unknown: [
    EXIT_MISUSED,
    'Enter one of these in the token\'s entry: "issuer", if the authorization server describes itself; "provider" (or --provider), if access-token init --help names it; or "authorizationUrl", as the provider\'s documentation says it.',
  ],
  server_not_described: [EXIT_MISUSED, 'Correct "issuer", or enter "authorizationUrl" in its place (for --device "deviceAuthorizationUrl").'],
  issuer_not_matched: [EXIT_MISUSED, 'Enter "issuer" exactly as the authorization server writes it, if you trust that address.'],
  token_without_consent: [EXIT_MISUSED, 'Such a token needs no authorize. Choose another one with --token.'],
  port_taken: [EXIT_FAILED, 'End the program that uses the port, or choose another one with --port and register that redirect address.'],
  device_not_offered: [EXIT_MISUSED, 'Leave --device out and use a browser, or enter "deviceAuthorizationUrl" in the token\'s entry.'],
  redirect_not_ours: [EXIT_FAILED, 'Run the same command again, and use only the address that it shows. If it happens again, somebody may be trying to slip you a foreign consent.'],
  authorization_denied: [EXIT_FAILED, 'Run the same command again, and agree; if an administrator has to agree first, ask one.'],
  authorization_failed: [EXIT_FAILED, 'Correct what the message names: scope, client, or what the client may do at the authorization server. Then run the same command again.'],
  authorization_timeout: [
    EXIT_FAILED,
    'Run the same command again. If the browser showed an error of the authorization server, register exactly the redirect address that the command shows. If the browser is on another machine, use --no-browser or --device.',
  ],
  authorization_cancelled: [EXIT_INTERRUPTED, 'Run the same command again when you like.'],
  device_code_expired: [EXIT_FAILED, 'Run the same command again, and enter the new code.'],
  refresh_token_missing: [EXIT_FAILED, 'Change what the message names, then run the same command again. Nothing was written.'],
  call_wrong: [EXIT_MISUSED, 'Run it with --help, which shows how it is called.'],
  deploy_running: [EXIT_FAILED, 'Wait until it has ended.'],
  archive_missing: [EXIT_FAILED, 'Install access-token-cli again. In a checkout, run ./build.sh first.'],
  template_missing: [EXIT_FAILED, 'Install access-token-cli again. In a checkout, run ./build.sh first.'],
  task_failed: [EXIT_FAILED, 'Correct what the answer names, then run the same command again: it goes on where it stopped.'],
  task_slow: [EXIT_FAILED, 'Run the same command again later: it waits for the same task.'],
  store_silent: [EXIT_FAILED, 'Check that storeUrl or endpointBaseUrl is where your Endpoints answer, then run the same command again.'],
  chain_failed: [EXIT_FAILED, 'Correct what the message names, then run the same command again.'],
  chain_not_stopped: [EXIT_FAILED, 'Stop the instances of the Function in Cognigy.AI, then run the same command again.'],
  unexpected_error: [EXIT_FAILED, 'Report this with the message and the version.'],
} as const;

export type CliErrorCode = keyof typeof CODES;

export interface CliErrorDetails {
  /** The HTTP status that was answered. */
  status?: number | undefined;
  /** Which part of the work it was, such as `function`. */
  step?: string | undefined;
}

/** A failure of a command: a code, what happened, and what to do. Never holds a secret. */
export class CliError extends Error {
  readonly remedy: string;
  readonly exitCode: number;
  readonly status: number | undefined;
  readonly step: string | undefined;

  constructor(
    readonly code: CliErrorCode,
    message: string,
    details: CliErrorDetails = {},
  ) {
    super(message);
    this.name = 'CliError';
    [this.exitCode, this.remedy] = CODES[code];
    this.status = details.status;
    this.step = details.step;
  }

  /** @returns the same error, with the name of the step that failed, unless it has one */
  at(step: string): CliError {
    return new CliError(this.code, this.message, { status: this.status, step: this.step ?? step });
  }
}

/** All codes, each with its exit code and what to do, for docs/reference.md. */
export const CLI_ERRORS: Readonly<Record<CliErrorCode, readonly [exitCode: number, remedy: string]>> = CODES;

/** All codes, for tests. */
export const CLI_ERROR_CODES = Object.keys(CODES) as CliErrorCode[];
