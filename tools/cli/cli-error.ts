import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_MISUSED } from './command';

/**
 * The errors of the commands, beyond the codes of `errors.ts`, which are part of the pasted files. Each with its exit
 * code (`EXIT_MISUSED`: the call or the configuration is at fault) and with what to do.
 */
const CODES = {
  /** The management API doesn't answer, or there is no way to it. */
  api_unreachable: [EXIT_FAILED, 'Check apiUrl, proxy and firewall, then run the same command again: it goes on where it stopped.'],
  /** The management API still answers 408, 429 or 5xx after five tries. */
  api_unavailable: [EXIT_FAILED, 'Wait a little, then run the same command again: it goes on where it stopped.'],
  /** The management API refuses a request; the message has its words. */
  api_refused: [EXIT_FAILED, 'Correct what the answer names, then run the same command again: it goes on where it stopped.'],
  /** The management API answers 401. */
  api_key_refused: [EXIT_MISUSED, 'Create an API key in My Profile of Cognigy.AI and use it as apiKey.'],
  /** The management API answers 403. */
  api_forbidden: [EXIT_MISUSED, "Give the API key's user the right to do this in the project, or use another user's API key."],
  /** `apiUrl` isn't the management API, or a proxy answers instead: a redirect, a page, or anything but JSON. */
  api_not_an_api: [
    EXIT_MISUSED,
    'Correct apiUrl: the base URL of the management API, such as https://api-trial.cognigy.ai. If it is right, look at what stands before the API, such as a proxy.',
  ],
  /** The Function or the transformer doesn't fit into one request. */
  request_too_large: [
    EXIT_MISUSED,
    'Put fewer tokens into one configuration: docs/scale.md says how to split them. Or let a Flow refresh ("refreshBy": "flow"). For an upload, raise the limit of the proxy before the API.',
  ],
  /** There is no project with that id. */
  project_not_found: [EXIT_MISUSED, "Correct projectId: it is in the browser's address after /project/. Check that apiUrl is that installation's."],
  /** There is no Endpoint, Function or Flow with that id. */
  resource_not_found: [EXIT_MISUSED, 'Correct the id, or leave it out: what is missing is then created.'],
  /** Two things have the name that `deploy` looks for. */
  name_ambiguous: [EXIT_MISUSED, 'Delete or rename one of them, or choose other names in the configuration ("names").'],
  /** The Endpoint isn't of the type in `endpointType`. */
  endpoint_type_wrong: [EXIT_MISUSED, 'Use an Endpoint of the type in endpointType, or set endpointType to rest, webhook or socket as it is.'],
  /** `deploy` would overwrite a transformer that isn't ours. */
  transformer_foreign: [EXIT_MISUSED, 'Choose another Endpoint, or run again with --force: the old text is saved to a file first.'],
  /** `deploy` would overwrite a Function that isn't ours. */
  function_foreign: [EXIT_MISUSED, 'Choose another Function, or run again with --force: the old code is saved to a file first.'],
  /** `render --out` would overwrite your own section, because one of its marker lines is missing. */
  section_unmarked: [EXIT_MISUSED, 'Put the marker lines back, as a rendering without --out shows them, or move the file away.'],
  /** `deploy` would replace the values of a connection that another configuration made. */
  connection_foreign: [
    EXIT_MISUSED,
    'Rename what is there, or choose another name ("names.connections"); or run again with --force: its values, which nobody can read back, are replaced.',
  ],
  /** `apiUrl` doesn't tell where Endpoints answer. */
  endpoint_base_unknown: [EXIT_MISUSED, 'Set endpointBaseUrl: the part of your Endpoint URLs before the URL token, such as https://endpoint-trial.cognigy.ai.'],
  /** There is no configuration file. */
  configuration_missing: [EXIT_MISUSED, 'Make one with access-token init, or name yours with --config FILE.'],
  /** The configuration file can't be read. */
  configuration_unreadable: [EXIT_MISUSED, 'Put a file there that you can read, or name another one with --config FILE.'],
  /** The file of `--env-file` isn't there. */
  env_file_missing: [EXIT_MISUSED, 'Correct --env-file, or leave it out: then access-token.env and .env beside the configuration are read.'],
  /** The file with the secrets can't be read. */
  env_file_unreadable: [EXIT_MISUSED, 'Make the file readable for you, or name another one with --env-file FILE.'],
  /** The lock file is damaged. */
  lock_unreadable: [EXIT_MISUSED, 'Restore that file, or delete it: what was deployed is then found by its names.'],
  /** The lock file belongs to another project. */
  lock_of_another_project: [EXIT_MISUSED, 'Use a configuration file of its own for each project, or run access-token undeploy with the old projectId first.'],
  /** Something other than `deploy` has changed the lock file. */
  lock_tampered: [EXIT_MISUSED, 'Restore the lock file as deploy wrote it, or delete it: what was deployed is then found by its names.'],
  /** The lock file has no signature of this API key, and names things that the configuration doesn't name. */
  lock_unverified: [
    EXIT_MISUSED,
    'Restore the lock file that deploy wrote, or enter these things in the configuration (functionId, endpointId, "names") if they are yours, or delete the lock file: what was deployed is then found by its names.',
  ],
  /** `undeploy` has no lock file, and things with our names are there. It removes nothing. */
  lock_missing: [
    EXIT_MISUSED,
    'Restore the lock file, or delete these things in Cognigy.AI if nobody needs them: nobody knows which of them deploy has made.',
  ],
  /** The configuration names another Endpoint or Function than the one that `deploy` made, and that one is still there. */
  lock_names_another: [EXIT_MISUSED, 'Run access-token undeploy first, which removes the former one or takes our text out of it, then deploy; or name the former one in the configuration.'],
  /** A file can't be written. */
  file_unwritable: [EXIT_FAILED, 'Make the file and its folder writable for you, and see that the disk is not full, then run the same command again.'],
  /** `undeploy` can't ask, and `--yes` is missing. */
  not_confirmed: [EXIT_MISUSED, 'Run it on a terminal, which asks, or again with --yes. --dry-run shows the list, and removes nothing.'],
  /** Somebody said no. */
  declined: [EXIT_FAILED, 'Run it again when you are sure.'],
  /** Ctrl+C ended it. */
  interrupted: [EXIT_INTERRUPTED, 'Run the same command again when you like.'],
  /** `authorize` doesn't know where the authorization server asks for consents. */
  server_unknown: [
    EXIT_MISUSED,
    'Enter one of these in the token\'s entry: "issuer", if the authorization server describes itself; "provider" (or --provider), if access-token init --help names it; or "authorizationUrl", as the provider\'s documentation says it.',
  ],
  /** The authorization server doesn't describe itself at its `issuer`. */
  server_not_described: [EXIT_MISUSED, 'Correct "issuer", or enter "authorizationUrl" in its place (for --device "deviceAuthorizationUrl").'],
  /** The description names another issuer. */
  issuer_not_matched: [EXIT_MISUSED, 'Enter "issuer" exactly as the authorization server writes it, if you trust that address.'],
  /** No user consents to this token: it comes by a key, a custom login or a password. */
  token_without_consent: [EXIT_MISUSED, 'Such a token needs no authorize. Choose another one with --token.'],
  /** Another program uses the port of the redirect address. */
  port_taken: [EXIT_FAILED, 'End the program that uses the port, or choose another one with --port and register that redirect address.'],
  /** The authorization server has no device grant, or its address is unknown. */
  device_not_offered: [EXIT_MISUSED, 'Leave --device out and use a browser, or enter "deviceAuthorizationUrl" in the token\'s entry.'],
  /** The redirect has another `state` or `iss` than the request. */
  redirect_not_ours: [EXIT_FAILED, 'Run the same command again, and use only the address that it shows. If it happens again, somebody may be trying to slip you a foreign consent.'],
  /** The user, or an administrator, didn't agree. */
  authorization_denied: [EXIT_FAILED, 'Run the same command again, and agree; if an administrator has to agree first, ask one.'],
  /** The authorization server refused; the message has its words. */
  authorization_failed: [EXIT_FAILED, 'Correct what the message names: scope, client, or what the client may do at the authorization server. Then run the same command again.'],
  /** Nobody came back from the browser in time. */
  authorization_timeout: [
    EXIT_FAILED,
    'Run the same command again. If the browser showed an error of the authorization server, register exactly the redirect address that the command shows. If the browser is on another machine, use --no-browser or --device.',
  ],
  /** Ctrl+C ended it. */
  authorization_cancelled: [EXIT_INTERRUPTED, 'Run the same command again when you like.'],
  /** Nobody entered the code in time. */
  device_code_expired: [EXIT_FAILED, 'Run the same command again, and enter the new code.'],
  /** The tokens came without a refresh token. */
  refresh_token_missing: [EXIT_FAILED, 'Change what the message names, then run the same command again. Nothing was written.'],
  /** An option is missing, unknown or wrong. */
  call_wrong: [EXIT_MISUSED, 'Run it with --help, which shows how it is called.'],
  /** Another run with the same configuration is at work. The message names the file to delete if it isn't. */
  deploy_running: [EXIT_FAILED, 'Wait until it has ended.'],
  /** The extension's archive isn't there. */
  archive_missing: [EXIT_FAILED, 'Install access-token-cli again. In a checkout, run ./build.sh first.'],
  /** The texts to fill in aren't there. */
  template_missing: [EXIT_FAILED, 'Install access-token-cli again. In a checkout, run ./build.sh first.'],
  /** The platform could not install the extension. */
  task_failed: [EXIT_FAILED, 'Correct what the answer names, then run the same command again: it goes on where it stopped.'],
  /** The platform is still installing the extension. */
  task_slow: [EXIT_FAILED, 'Run the same command again later: it waits for the same task.'],
  /** The store doesn't answer after 30 s, so the background refresh isn't started. */
  store_silent: [EXIT_FAILED, 'Check that storeUrl or endpointBaseUrl is where your Endpoints answer, then run the same command again.'],
  /** The Function's first instance ended with an error. */
  chain_failed: [EXIT_FAILED, 'Correct what the message names, then run the same command again.'],
  /** Instances of the Function go on in spite of being stopped. */
  chain_not_stopped: [EXIT_FAILED, 'Stop the instances of the Function in Cognigy.AI, then run the same command again.'],
  /** A defect. */
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
