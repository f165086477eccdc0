import { SWITCHED_OFF, type TransformerSettings } from './transformer-settings';

/** An Endpoint's own members (`IEndpoint_2_0`). Bodies may add other members of the vendor's schema. */
export interface EndpointData {
  channel: string;
  name: string;
  URLToken: string;
  /** The Flow's `referenceId`, or an empty text. */
  flowId: string;
  /** The locale's `referenceId`. */
  localeId: string;
  /** The id of the project or of a snapshot. */
  entrypoint: string;
  /** Stored, but without effect: it is not documented what an inactive Endpoint answers. */
  active: boolean;
  nluConnectorId: string;
  useConversations: boolean;
  useContactProfiles: boolean;
  useAnalytics: boolean;
  maskIPAddress: boolean;
  maskAnalytics: boolean;
  maskLogging: boolean;
  overrideSnapshotConnections: boolean;
  settings: object;
  transformer: TransformerSettings;
}

export interface NewEndpoint {
  channel: string;
  name: string;
  projectId: string;
  urlToken: string;
  localeId: string;
}

/** The defaults of a new Endpoint. */
export function defaultEndpoint({ channel, name, projectId, urlToken, localeId }: NewEndpoint): EndpointData {
  return {
    channel,
    name,
    URLToken: urlToken,
    flowId: '',
    localeId,
    entrypoint: projectId,
    active: true,
    nluConnectorId: '',
    useConversations: true,
    useContactProfiles: true,
    useAnalytics: true,
    maskIPAddress: false,
    maskAnalytics: false,
    maskLogging: false,
    overrideSnapshotConnections: false,
    settings: {},
    transformer: { ...SWITCHED_OFF },
  };
}
