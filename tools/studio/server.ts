import type {
  BreakageRequest,
  ConsentAddress,
  ExtensionForms,
  OptionsRequest,
  ResolvedOptions,
  RunReport,
  RunRequest,
  TimelineSnapshot,
} from '../sandbox/studio/wire';

/** The calls to the studio's server. @throws Error (each function) with a message for the user */
export const server = {
  forms: () => ask<ExtensionForms>('forms'),
  timeline: () => ask<TimelineSnapshot>('timeline'),
  run: (run: RunRequest) => ask<RunReport>('runs', run),
  options: (request: OptionsRequest) => ask<ResolvedOptions>('options', request),
  break: (request: BreakageRequest) => ask<TimelineSnapshot>('breakages', request),
  authorize: () => ask<ConsentAddress>('authorize', {}),
  cancelConsent: () => ask<TimelineSnapshot>('authorize/cancel', {}),
};

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const response = await send(path, body);
  const answer: unknown = await response.json();
  if (response.ok) return answer as Answer;
  const { detail, error } = answer as { detail?: string; error?: string };
  throw new Error(detail ?? error ?? `The studio's server answered ${response.status}.`);
}

async function send(path: string, body: object | undefined): Promise<Response> {
  try {
    if (body === undefined) return await fetch(`api/${path}`);
    return await fetch(`api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error('The demo does not answer: has it ended?');
  }
}
