import type { Words } from './setting';

interface Condition {
  readonly key: string;
  readonly value: string;
  readonly negate?: true;
}

export interface NodeSection {
  label: Words;
  condition?: Condition;
}

export interface NodeField {
  type: 'connection' | 'description' | 'select' | 'cognigyText' | 'json' | 'slider' | 'toggle' | 'number';
  label: Words;
  /** Absent for a `description`, which has `text` instead. */
  description?: Words;
  text?: Words;
  defaultValue?: string | number | boolean;
  params?: { required?: boolean; connectionType?: string; min?: number; max?: number; step?: number };
  /** The editor fills the choices when it opens the form: with the outcome of a trial with these fields. */
  trialOf?: readonly string[];
  /** The choices, by value. */
  options?: Readonly<Record<string, Words>>;
  condition?: Condition;
  /** Default: above all sections. */
  section?: keyof typeof NODE_SECTIONS;
}

/** The sections of the form, in order. All start collapsed. A node without fields for a section doesn't show it. */
export const NODE_SECTIONS = {
  requestSection: { label: ['Request', 'Anfrage', 'Solicitud', '요청', 'リクエスト'] },
  refreshSection: { label: ['Refresh', 'Erneuerung', 'Renovación', '갱신', '更新'] },
  backgroundSection: {
    label: ['Background refresh', 'Erneuerung im Hintergrund', 'Renovación en segundo plano', '백그라운드 갱신', 'バックグラウンド更新'],
    condition: { key: 'store', value: 'conversation', negate: true },
  },
  resultSection: { label: ['Result', 'Ergebnis', 'Resultado', '결과', '結果'] },
  advancedSection: { label: ['Advanced', 'Erweitert', 'Avanzado', '고급', '詳細設定'] },
} as const satisfies Record<string, NodeSection>;
