import { createTokenNode } from './token-node';

export const getAccessToken = createTokenNode({
  type: 'getAccessToken',
  label: ['Get Access Token', 'Access-Token abrufen', 'Obtener token de acceso', '액세스 토큰 가져오기', 'アクセストークンを取得'],
  summary: [
    'Gets a valid OAuth2 access token',
    'Ruft ein gültiges OAuth2-Access-Token ab',
    'Obtiene un token de acceso OAuth2 válido',
    '유효한 OAuth2 액세스 토큰을 가져옵니다',
    '有効な OAuth2 アクセストークンを取得します',
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
