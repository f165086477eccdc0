import type { EndpointDetails } from '../api';

import { saveOld } from './backup';
import type { Change } from './change';
import type { Found } from './found';
import { locate } from './locate';
import { wantedTransformer } from './plan';
import { make } from './work';
import type { Work } from './work';

/** Creates the Flow that the Endpoint needs. @returns its `referenceId` */
export async function createFlow(work: Work): Promise<string> {
  const { api, wanted, keeper } = work;
  const { projectId, names } = wanted.values;
  const find = async () => locate(await api.flows(projectId), { kind: 'Flow', name: names.endpoint });
  const { id, referenceId } = await make('flow', work, () => api.createFlow(projectId, names.endpoint), find);
  keeper.made('flow', { flowId: id });
  return referenceId;
}

/** @param flowReference the `referenceId` of the Endpoint's Flow */
export async function createEndpoint(flowReference: string, work: Work): Promise<EndpointDetails> {
  const { api, wanted, keeper } = work;
  const { projectId, names, endpointType } = wanted.values;
  const localeReference = await api.primaryLocale(projectId);
  const transformer = wantedTransformer(wanted);
  const create = (): Promise<EndpointDetails> =>
    api.createEndpoint(projectId, { name: names.endpoint, channel: endpointType, flowReference, localeReference, transformer });
  const find = async (): Promise<EndpointDetails | undefined> => {
    const item = locate(await api.endpoints(projectId), { kind: 'Endpoint', name: names.endpoint });
    return item === undefined ? undefined : api.readEndpoint(item.id);
  };
  const endpoint = await make('endpoint', work, create, find);
  keeper.made('endpoint', { endpointId: endpoint.id, urlToken: endpoint.urlToken });
  return endpoint;
}

/** Writes the transformer, and notes that the Endpoint is looked after from now on. */
export async function updateTransformer({ savesOld }: Change, { endpoint }: Found, work: Work): Promise<void> {
  if (endpoint === undefined) return;
  const { api, wanted, keeper } = work;
  if (savesOld) {
    const text = endpoint.transformer.transformer ?? '';
    saveOld({ subject: 'The transformer that was there', name: `transformer-${endpoint.id}`, text }, work);
  }
  await api.updateTransformer(endpoint.id, wantedTransformer(wanted, endpoint.transformer));
  keeper.update({ endpointId: endpoint.id, urlToken: endpoint.urlToken });
}
