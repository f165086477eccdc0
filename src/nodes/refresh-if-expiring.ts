import { createTokenNode } from './token-node';

export const refreshIfExpiring = createTokenNode({
  type: 'refreshIfExpiring',
  label: ['Refresh If Expiring', 'Bei Ablauf erneuern', 'Renovar si está por caducar', '만료 임박 시 갱신', '期限切れ間近なら更新'],
  summary: [
    'Refreshes the access token if it is due or was rejected',
    'Erneuert das Access-Token, wenn es fällig ist oder abgelehnt wurde',
    'Renueva el token de acceso si toca o si fue rechazado',
    '갱신 시점이 되었거나 거부된 액세스 토큰을 갱신합니다',
    '更新時期か拒否された場合にアクセストークンを更新します',
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
        'After the API answered 401: the access token you sent. It is replaced if nobody has replaced it yet.',
        'Nach einer Antwort 401 der API: das gesendete Access-Token. Es wird ersetzt, falls dies noch niemand getan hat.',
        'Si la API respondió 401: el token de acceso enviado. Se reemplaza si nadie lo ha hecho todavía.',
        'API가 401로 응답한 경우 전송한 액세스 토큰입니다. 아직 교체되지 않았다면 교체됩니다.',
        'API が 401 を返した場合に送信したアクセストークン。まだ置き換えられていなければ置き換えます。',
      ],
      defaultValue: '',
    },
  }),
  onErrorType: 'refreshIfExpiringOnError',
  answersChain: true,
  // Both branches carry a valid token; "refreshed" tells that this execution fetched it.
  chooseBranch: ({ refreshed }) => (refreshed ? 'refreshIfExpiringOnRefreshed' : 'refreshIfExpiringOnStillValid'),
});
