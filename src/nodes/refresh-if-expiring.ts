import { createTokenNode } from './token-node';

export const refreshIfExpiring = createTokenNode({
  type: 'refreshIfExpiring',
  label: ['Refresh If Expiring', 'Vor Ablauf erneuern', 'Renovar si va a caducar', '만료 임박 시 갱신', '期限切れ間近なら更新'],
  summary: [
    'Refreshes the access token if it is about to expire or was rejected',
    'Erneuert das Access-Token, wenn es bald abläuft oder abgelehnt wurde',
    'Renueva el token de acceso si está a punto de caducar o fue rechazado',
    '곧 만료되거나 거부된 액세스 토큰을 갱신합니다',
    '期限切れが近いか拒否されたアクセストークンを更新します',
  ],
  branches: [
    {
      type: 'refreshIfExpiringOnRefreshed',
      label: ['On Refreshed', 'Bei Erneuerung', 'Si se renovó', '갱신된 경우', '更新された場合'],
      mood: 'good',
    },
    {
      type: 'refreshIfExpiringOnStillValid',
      label: ['On Still Valid', 'Noch gültig', 'Si sigue siendo válido', '아직 유효한 경우', 'まだ有効な場合'],
      mood: 'neutral',
    },
  ],
  fields: () => ({
    rejectedToken: {
      type: 'cognigyText',
      label: ['Rejected token', 'Abgelehntes Token', 'Token rechazado', '거부된 토큰', '拒否されたトークン'],
      description: [
        'If the API answered 401: the access token you sent. The node replaces it, unless that has already happened.',
        'Wenn die API mit 401 geantwortet hat: das Access-Token, das Sie gesendet haben. Der Node ersetzt es, sofern das nicht schon geschehen ist.',
        'Si la API respondió 401: el token de acceso que envió. El nodo lo reemplaza, salvo que ya se haya reemplazado.',
        'API가 401로 응답했다면 그때 보낸 액세스 토큰을 입력하세요. 아직 교체되지 않았으면 노드가 교체합니다.',
        'API が 401 を返した場合に、送信したアクセストークンを入力します。まだ置き換えられていなければ、ノードが置き換えます。',
      ],
      defaultValue: '',
    },
  }),
  onErrorType: 'refreshIfExpiringOnError',
  answersChain: true,
  // Both branches have a valid token. "Refreshed" means that this execution fetched it.
  chooseBranch: ({ refreshed }) => (refreshed ? 'refreshIfExpiringOnRefreshed' : 'refreshIfExpiringOnStillValid'),
});
