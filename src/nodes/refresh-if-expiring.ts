import { localized } from './localized';
import { createTokenNode } from './token-node';

export const refreshIfExpiring = createTokenNode({
  type: 'refreshIfExpiring',
  label: localized('Refresh If Expiring', 'Bei Ablauf erneuern', 'Renovar si está por caducar', '만료 임박 시 갱신', '期限切れ間近なら更新'),
  summary: localized(
    'Refreshes the access token if it is due or was rejected',
    'Erneuert das Access-Token, wenn es fällig ist oder abgelehnt wurde',
    'Renueva el token de acceso si toca o si fue rechazado',
    '갱신 시점이 되었거나 거부된 액세스 토큰을 갱신합니다',
    '更新時期か拒否された場合にアクセストークンを更新します',
  ),
  branches: [
    {
      type: 'refreshIfExpiringOnRefreshed',
      label: localized('On Refreshed', 'Bei Erneuerung', 'Si se renovó', '갱신된 경우', '更新された場合'),
      mood: 'good',
    },
    {
      type: 'refreshIfExpiringOnStillValid',
      label: localized('On Still Valid', 'Noch gültig', 'Si sigue siendo válido', '아직 유효한 경우', 'まだ有効な場合'),
      mood: 'neutral',
    },
  ],
  onErrorType: 'refreshIfExpiringOnError',
  answersChain: true,
  // Both branches carry a valid token; "refreshed" tells that this execution fetched it.
  chooseBranch: ({ refreshed }) => (refreshed ? 'refreshIfExpiringOnRefreshed' : 'refreshIfExpiringOnStillValid'),
});
