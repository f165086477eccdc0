import type { INodeSection } from '@cognigy/extension-tools/build/interfaces/descriptor';

import {
  allowInsecureField,
  cognigyApiConnectionField,
  contextKeyField,
  defaultLifetimeField,
  inputKeyField,
  refreshPercentField,
  reuseInConversationField,
  storeLocationField,
} from './fields';
import { localized } from './localized';

export const refreshSection: INodeSection = {
  key: 'refreshSection',
  label: localized('Refresh', 'Erneuerung', 'Renovación', '갱신', '更新'),
  defaultCollapsed: true,
  fields: [refreshPercentField.key, reuseInConversationField.key],
};

export const backgroundSection: INodeSection = {
  key: 'backgroundSection',
  label: localized(
    'Background refresh',
    'Erneuerung im Hintergrund',
    'Renovación en segundo plano',
    '백그라운드 갱신',
    'バックグラウンド更新',
  ),
  defaultCollapsed: true,
  condition: { key: 'store', value: 'conversation', negate: true },
  fields: [cognigyApiConnectionField.key],
};

export const resultSection: INodeSection = {
  key: 'resultSection',
  label: localized('Result', 'Ergebnis', 'Resultado', '결과', '結果'),
  defaultCollapsed: true,
  fields: [storeLocationField.key, contextKeyField.key, inputKeyField.key],
};

export const advancedSection: INodeSection = {
  key: 'advancedSection',
  label: localized('Advanced', 'Erweitert', 'Avanzado', '고급', '詳細設定'),
  defaultCollapsed: true,
  fields: [defaultLifetimeField.key, allowInsecureField.key],
};
