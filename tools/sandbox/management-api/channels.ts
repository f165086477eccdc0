import { restChannelTypes } from '@cognigy/rest-api-client/build/shared/interfaces/resources/TRestChannelType';
import { socketChannelTypes } from '@cognigy/rest-api-client/build/shared/interfaces/resources/TSocketChannelType';
import { webhookChannelTypes } from '@cognigy/rest-api-client/build/shared/interfaces/resources/TWebhookChannelType';
import type { EndpointType } from '../endpoints/types';

/** The kind of transformer for the Endpoints of each channel, from the vendor's lists of channels. */
export const CHANNELS: ReadonlyMap<string, EndpointType> = new Map([
  ...restChannelTypes.map((channel) => [channel, 'rest'] as const),
  ...webhookChannelTypes.map((channel) => [channel, 'webhook'] as const),
  ...socketChannelTypes.map((channel) => [channel, 'socket'] as const),
]);
