import express, { type Router } from 'express';

import { callManagementApi } from '../administration';
import { badRequest } from '../api-error';
import { isJsonObject, type JsonObject } from '../json';
import type { Sandbox } from '../platform';
import { Breakages, type BreakableWorld } from './breakages';
import type { AskForConsent, Consents } from './consents';
import { findTooLong } from './limits';
import { runNode } from './run-node';
import type { StoreAccess } from './stored-token';
import type { Timeline } from './timeline';
import { watchIfStored } from './watch-if-stored';
import { LASTING_BREAKAGES, SINGLE_BREAKAGES } from './wire';
import type {
  Breakage,
  BreakageRequest,
  ConsentAddress,
  ExtensionForms,
  OptionsRequest,
  ResolvedOptions,
  RunRequest,
  TimelineSnapshot,
} from './wire';

const BREAKAGES: ReadonlySet<string> = new Set([...LASTING_BREAKAGES, ...SINGLE_BREAKAGES]);
/** Each run carries its conversation's context. */
const MAX_BODY = '1mb';

/** What the studio shows, where its tokens are stored, and how to ask a user for consent if that is possible. */
export type StudioWorld = BreakableWorld & StoreAccess & { authorize?: AskForConsent };

/** The routes that the page calls, with the JSON of `wire.ts`. */
export function createStudioApi(world: StudioWorld, timeline: Timeline, consents: Consents | undefined): Router {
  const api = express.Router();
  const breakages = new Breakages(world, timeline);
  const snapshot = (): TimelineSnapshot => {
    return { ...timeline.snapshot(), ...(consents === undefined ? {} : { consent: consents.state }) };
  };
  api.use(express.json({ limit: MAX_BODY }));
  api.get('/forms', async (_request, response) => void response.json(await readForms(world.sandbox)));
  api.get('/timeline', (_request, response) => void response.json(snapshot()));
  api.post('/runs', async (request, response) => {
    const run = readRun(request.body);
    const { report, settings } = await runNode(world.sandbox, run);
    watchIfStored(settings, report.result, world, timeline);
    response.json(report);
  });
  api.post('/options', async (request, response) => {
    const options = await world.sandbox.resolveOptions(readOptionsRequest(request.body));
    response.json({ options } satisfies ResolvedOptions);
  });
  api.post('/breakages', async (request, response) => {
    const { breakage, on } = readBreakage(request.body);
    await breakages.apply(breakage, on);
    response.json(snapshot());
  });
  if (consents === undefined) return api;
  api.post('/authorize', async (_request, response) => {
    response.json({ address: await consents.start() } satisfies ConsentAddress);
  });
  api.post('/authorize/cancel', async (_request, response) => {
    await consents.cancel();
    response.json(snapshot());
  });
  return api;
}

async function readForms(sandbox: Sandbox): Promise<ExtensionForms> {
  const { nodes, connections } = sandbox.editor;
  const list = (await callManagementApi(sandbox, 'GET', `connections?projectId=${sandbox.projectId}&limit=100`)) as {
    items: Array<{ _id: string; name: string; type: string }>;
  };
  return {
    nodes: nodes as unknown as ExtensionForms['nodes'],
    connections: connections as unknown as ExtensionForms['connections'],
    findings: findTooLong({ nodes, connections }),
    saved: list.items.map(({ _id, name, type }) => ({ id: _id, name, type })),
  };
}

function readRun(body: unknown): RunRequest {
  return { ...readNode(body), context: objectIn(body, 'context'), input: objectIn(body, 'input') };
}

function readOptionsRequest(body: unknown): OptionsRequest {
  const node = readNode(body);
  const { field } = body as JsonObject;
  if (typeof field !== 'string') throw badRequest('field must be a text');
  return { ...node, field };
}

/** Reads the node's type and the form's values. */
function readNode(body: unknown): { type: string; config: JsonObject } {
  if (!isJsonObject(body) || typeof body['type'] !== 'string') throw badRequest('type must be a text');
  return { type: body['type'], config: objectIn(body, 'config') };
}

/** Reads an optional member. */
function objectIn(body: unknown, key: string): JsonObject {
  const value = (body as JsonObject)[key] ?? {};
  if (!isJsonObject(value)) throw badRequest(`${key} must be an object`);
  return value;
}

function readBreakage(body: unknown): BreakageRequest {
  const { breakage, on } = isJsonObject(body) ? body : {};
  if (typeof breakage !== 'string' || !BREAKAGES.has(breakage)) throw badRequest('breakage is none that the studio has');
  if (on !== undefined && typeof on !== 'boolean') throw badRequest('on must be true or false');
  return { breakage: breakage as Breakage, ...(on === undefined ? {} : { on }) };
}
