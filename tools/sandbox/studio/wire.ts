/**
 * What the studio's page and its server tell each other, as JSON. All points in time are Unix milliseconds of the
 * server's clock.
 */

/** A text for bot builders: one for all languages, or one each. */
export type LocalizedText = string | ({ default: string } & Partial<Record<Language, string>>);

/** The languages that the Cognigy editor has. */
export type Language = 'enUS' | 'deDE' | 'esES' | 'koKR' | 'jaJP';

/** When a field or a section is shown. */
export type FormCondition =
  | { key: string; value: unknown; negate?: boolean }
  | { and: FormCondition[] }
  | { or: FormCondition[] };

export interface FormField {
  key: string;
  /** Such as `cognigyText`, `select`, `connection`; `description` is static text. */
  type: string;
  label: LocalizedText;
  description?: LocalizedText;
  defaultValue?: unknown;
  condition?: FormCondition;
  params?: {
    required?: boolean;
    /** What a field of the type `description` says. */
    text?: LocalizedText;
    connectionType?: string;
    options?: Array<{ label: LocalizedText; value: string }>;
    min?: number;
    max?: number;
    step?: number;
  };
  /** Of a `select` whose options the extension finds out: keys of the fields that they depend on. */
  optionsResolver?: { dependencies: string[] };
}

export interface FormSection {
  key: string;
  label: LocalizedText;
  defaultCollapsed?: boolean;
  condition?: FormCondition;
  /** Keys of fields. */
  fields: string[];
}

/** A node as the extension describes it; branches have a parent and no form. */
export interface NodeForm {
  type: string;
  parentType?: string | null;
  defaultLabel: LocalizedText;
  summary?: LocalizedText;
  appearance?: { color?: string };
  /** Which field's value is shown on the node in a Flow. */
  preview?: { key?: string };
  dependencies?: { children?: string[] };
  fields?: FormField[];
  sections?: FormSection[];
  /** The order on the form. */
  form?: Array<{ type: 'field' | 'section'; key: string }>;
  /** Chips in text fields. */
  tokens?: Array<{ label: string; script: string }>;
}

export interface ConnectionForm {
  type: string;
  label: string;
  fields: Array<{ fieldName: string; label?: string; description?: string; required?: boolean }>;
}

/** What the platform would refuse in a description. */
export interface LimitFinding {
  /** JSON pointer into `ExtensionForms`, such as `/nodes/0/fields/3/label/deDE`. */
  path: string;
  /** Such as `must NOT have more than 200 characters`. */
  problem: string;
}

/** `GET /api/forms`. */
export interface ExtensionForms {
  nodes: NodeForm[];
  connections: ConnectionForm[];
  findings: LimitFinding[];
  /** Those of the sandbox's project, which a form's connection fields can choose from. */
  saved: Array<{ id: string; name: string; type: string }>;
}

/** `POST /api/runs`: one execution of a node. */
export interface RunRequest {
  type: string;
  /** As in the form; a connection is `{connectionId}`, or its own fields. */
  config: Record<string, unknown>;
  /** The conversation as the run before left it. */
  context: Record<string, unknown>;
  input: Record<string, unknown>;
}

/** How the execution went. */
export interface RunReport {
  /** Type of the branch that the Flow goes on in; absent when the node chose none. */
  branch?: string;
  /** What the node has stored where its form says; absent when there is nothing. */
  result?: unknown;
  context: Record<string, unknown>;
  input: Record<string, unknown>;
  logs: Array<{ level: string; text: string }>;
  /** What the node itself said. */
  outputs: Array<{ text: string; data: Record<string, unknown> }>;
  apiCalls: number;
  /** The platform's limit. */
  maxApiCalls: number;
  /** Milliseconds, without waiting for a free process. */
  durationMs: number;
  /** When the platform itself ended the execution. */
  extensionError?: string;
}

/** `POST /api/options`: what a field with an `optionsResolver` offers now. */
export interface OptionsRequest {
  /** Node type. */
  type: string;
  /** Key of the field. */
  field: string;
  /** As in a `RunRequest`. */
  config: Record<string, unknown>;
}

/** Its answer. */
export interface ResolvedOptions {
  options: Array<{ label: string; value: string }>;
}

/** What the page can break, and what lasts until it is mended. */
export const LASTING_BREAKAGES = ['tokenEndpointDown', 'slowNetwork'] as const;
/** What the page can break, and what happens once. */
export const SINGLE_BREAKAGES = ['revokeTokens', 'killChain', 'loseStore'] as const;

export type LastingBreakage = (typeof LASTING_BREAKAGES)[number];
export type SingleBreakage = (typeof SINGLE_BREAKAGES)[number];
export type Breakage = LastingBreakage | SingleBreakage;

/** `POST /api/breakages`. */
export interface BreakageRequest {
  breakage: Breakage;
  /** Of those that last: whether it is broken from now on. */
  on?: boolean;
}

/** The life of one issued token in the shared store. */
export interface TokenLife {
  version: number;
  issuedAt: number;
  refreshAt: number;
  expiresAt: number;
  /** Who fetched it. */
  by: 'chain' | 'node' | 'consent';
  /** Absent where the store has none with it. */
  hasRefreshToken?: true;
  /** When another one took its place, or the store lost it. */
  endedAt?: number;
  end?: 'replaced' | 'lost';
}

export interface TokenLane {
  tokenName: string;
  /** In order; the last one without `endedAt` is the stored one. */
  lives: TokenLife[];
  /** Why the last refresh failed. */
  failure?: { code: string; attempts: number; retryAt: number };
}

/** Something that happened, in words. */
export interface TimelineEvent {
  id: number;
  at: number;
  kind: 'refresh' | 'hop' | 'failure' | 'breakage' | 'mended' | 'consent';
  text: string;
}

/** A stretch in which something was broken from the page. */
export interface BrokenStretch {
  breakage: Breakage;
  from: number;
  /** Absent while it lasts; the same as `from` for what happens once. */
  until?: number;
}

/** How it stands with the consent that was asked for last. */
export type ConsentState =
  | { status: 'none' }
  /** The address to consent at is known a moment after the start. */
  | { status: 'waiting'; address?: string }
  | { status: 'came' | 'cancelled' | 'failed'; text: string };

/** The answer to `POST /api/authorize`: where the user consents. */
export interface ConsentAddress {
  address: string;
}

/** `GET /api/timeline`. */
export interface TimelineSnapshot {
  now: number;
  /** How far back it goes. */
  since: number;
  tokens: TokenLane[];
  hops: Array<{ id: string; hop: number; startedAt: number; endedAt?: number; failed: boolean }>;
  tokenRequests: Array<{ at: number; answeredAt: number; status: number; grantType: string }>;
  executions: Array<{ at: number; ok: boolean }>;
  broken: BrokenStretch[];
  events: TimelineEvent[];
  counts: { executions: number; failed: number; refreshes: number; hops: number };
  /** Only where the studio can ask for a consent. */
  consent?: ConsentState;
}
