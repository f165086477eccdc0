import { createTokenNode } from './token-node';

export const getAccessToken = createTokenNode({
  type: 'getAccessToken',
  label: ['Get Access Token', 'Access-Token holen', 'Obtener token de acceso', '액세스 토큰 가져오기', 'アクセストークンを取得'],
  summary: [
    'Gets an OAuth2 access token that is valid now',
    'Holt ein OAuth2-Access-Token, das jetzt gültig ist',
    'Obtiene un token de acceso OAuth2 válido en este momento',
    '현재 유효한 OAuth2 액세스 토큰을 가져옵니다',
    '現在有効な OAuth2 アクセストークンを取得します',
  ],
  branches: [
    {
      type: 'getAccessTokenOnSuccess',
      label: ['On Success', 'Bei Erfolg', 'En caso de éxito', '성공 시', '成功時'],
      mood: 'good',
    },
  ],
  onErrorType: 'getAccessTokenOnError',
  answersChain: false,
  chooseBranch: () => 'getAccessTokenOnSuccess',
});
