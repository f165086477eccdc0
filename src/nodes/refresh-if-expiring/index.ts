import { createNodeDescriptor } from '@cognigy/extension-tools';

import { createBranch } from '../branch';
import { executeNode } from '../execute';
import type { Outcome } from '../execute';
import { rejectedTokenField } from '../fields';
import { tokenForm, tokenSnippets } from '../form';
import { localized } from '../localized';

const TYPE = 'refreshIfExpiring';

const onRefreshed = createBranch(
  'refreshIfExpiringOnRefreshed',
  TYPE,
  localized('On Refreshed', 'Bei Erneuerung', 'Si se renovó', '갱신된 경우', '更新された場合'),
  'good',
);

const onStillValid = createBranch(
  'refreshIfExpiringOnStillValid',
  TYPE,
  localized('On Still Valid', 'Noch gültig', 'Si sigue siendo válido', '아직 유효한 경우', 'まだ有効な場合'),
  'neutral',
);

const onError = createBranch(
  'refreshIfExpiringOnError',
  TYPE,
  localized('On Error', 'Bei Fehler', 'En caso de error', '오류 시', 'エラー時'),
  'bad',
);

const node = createNodeDescriptor({
  type: TYPE,
  defaultLabel: localized(
    'Refresh If Expiring',
    'Bei Ablauf erneuern',
    'Renovar si está por caducar',
    '만료 임박 시 갱신',
    '期限切れ間近なら更新',
  ),
  summary: localized(
    'Refreshes the access token if it is due or was rejected',
    'Erneuert das Access-Token, wenn es fällig ist oder abgelehnt wurde',
    'Renueva el token de acceso si toca o si fue rechazado',
    '갱신 시점이 되었거나 거부된 액세스 토큰을 갱신합니다',
    '更新時期か拒否された場合にアクセストークンを更新します',
  ),
  appearance: { color: '#0E7490', textColor: 'white' },
  tags: ['service', 'oauth2', 'token'],
  dependencies: { children: [onRefreshed.type, onStillValid.type, onError.type] },
  constraints: {
    placement: { children: { whitelist: [onRefreshed.type, onStillValid.type, onError.type] } },
  },
  preview: { type: 'text', key: 'tokenName' },
  tokens: tokenSnippets,
  ...tokenForm([rejectedTokenField]),
  function: (parameters) => executeNode(parameters, { chooseBranch: branchOf, answersChain: true }),
});

/** Both token branches carry a valid token; "refreshed" tells that this execution fetched it. */
function branchOf(outcome: Outcome): string {
  if ('error' in outcome) return onError.type;
  return outcome.refreshed ? onRefreshed.type : onStillValid.type;
}

export const refreshIfExpiring = [node, onRefreshed, onStillValid, onError];
