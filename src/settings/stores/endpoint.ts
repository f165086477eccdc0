import { AccessTokenError } from '../../errors';
import { EndpointStore } from '../../stores/protocol/endpoint-store';
import { url, withoutPasting } from '../setting';
import type { Reader } from '../setting';
import type { SharedStore, StoreChoice } from './shared-store';

const readEndpointSecret: Reader<string> = (value, rule) => {
  const secret = typeof value === 'string' ? withoutPasting(value) : '';
  if (secret !== '') return secret;
  throw new AccessTokenError('endpoint_secret_missing', 'The Access Token Store connection has no secret.', rule);
};

const READERS = { endpointSecret: readEndpointSecret, url };

/** The Endpoint whose transformer stores the tokens that nodes and Function share. */
export const ENDPOINT_CHOICE = {
  option: ['Shared: REST Endpoint', 'Gemeinsam: REST-Endpoint', 'Compartido: Endpoint REST', '공유: REST Endpoint', '共有: REST Endpoint'],
  field: {
    label: ['Access Token Store connection', 'Verbindung zum Access Token Store', 'Conexión a Access Token Store', 'Access Token Store 연결', 'Access Token Store 接続'],
    description: [
      'The URL and the secret of the Endpoint with the generated transformer.',
      'URL und Secret des Endpoints mit dem generierten Transformer.',
      'URL y secreto del Endpoint con el Transformer generado.',
      '생성된 Transformer가 있는 Endpoint의 URL과 시크릿입니다.',
      '生成された Transformer を設定した Endpoint の URL とシークレットです。',
    ],
  },
  connection: {
    type: 'accessTokenStore',
    label: 'Access Token Store (Endpoint)',
    deployed: { name: 'Store', where: 'endpointSecret' },
    fields: {
      url: {
        label: 'Endpoint URL',
        description: 'The URL of the Endpoint with the generated transformer. For webhook and socket: its inject URL',
        key: 'storeUrl',
      },
      endpointSecret: { label: 'Endpoint secret', description: 'The endpointSecret in the configuration of that transformer' },
    },
  },
} as const satisfies StoreChoice<typeof READERS>;

export const endpointStore: SharedStore<typeof READERS> = {
  readers: READERS,
  open: (settings, { transport, timeoutMs }) => new EndpointStore({ ...settings, transport, timeoutMs }),
};
