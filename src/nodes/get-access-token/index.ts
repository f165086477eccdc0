import { createNodeDescriptor } from '@cognigy/extension-tools';

import { createBranch } from '../branch';
import { executeNode } from '../execute';
import { tokenForm, tokenSnippets } from '../form';
import { localized } from '../localized';

const TYPE = 'getAccessToken';

const onSuccess = createBranch(
  'getAccessTokenOnSuccess',
  TYPE,
  localized('On Success', 'Bei Erfolg', 'En caso de éxito', '성공 시', '成功時'),
  'good',
);

const onError = createBranch(
  'getAccessTokenOnError',
  TYPE,
  localized('On Error', 'Bei Fehler', 'En caso de error', '오류 시', 'エラー時'),
  'bad',
);

const node = createNodeDescriptor({
  type: TYPE,
  defaultLabel: localized(
    'Get Access Token',
    'Access-Token holen',
    'Obtener token de acceso',
    '액세스 토큰 가져오기',
    'アクセストークンを取得',
  ),
  summary: localized(
    'Gets an OAuth2 access token that is valid now',
    'Holt ein OAuth2-Access-Token, das jetzt gültig ist',
    'Obtiene un token de acceso OAuth2 válido en este momento',
    '현재 유효한 OAuth2 액세스 토큰을 가져옵니다',
    '現在有効な OAuth2 アクセストークンを取得します',
  ),
  appearance: { color: '#0E7490', textColor: 'white' },
  tags: ['service', 'oauth2', 'token'],
  dependencies: { children: [onSuccess.type, onError.type] },
  constraints: { placement: { children: { whitelist: [onSuccess.type, onError.type] } } },
  preview: { type: 'text', key: 'tokenName' },
  tokens: tokenSnippets,
  ...tokenForm(),
  function: (parameters) =>
    executeNode(parameters, {
      chooseBranch: (outcome) => ('error' in outcome ? onError.type : onSuccess.type),
      answersChain: false,
    }),
});

export const getAccessToken = [node, onSuccess, onError];
