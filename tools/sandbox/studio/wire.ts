/**
 * The JSON that the studio's page and its server exchange. All points in time are Unix milliseconds by the server's
 * clock.
 */

/** A text for bot builders: one for all languages, or one for each. */
export type LocalizedText = string | ({ default: string } & Partial<Record<Language, string>>);

/** The languages of the Cognigy editor. */
export type Language = 'enUS' | 'deDE' | 'esES' | 'koKR' | 'jaJP';

/** When a field or a section is shown. */
export type FormCondition =
  | { key: string; value: unknown; negate?: boolean }
  | { and: FormCondition[] }
  | { or: FormCondition[] };

export interface FormField {
  key: string;
  /** The kind of field, such as `cognigyText`, `select` or `connection`. A `description` is static text. */
  type: string;
  label: LocalizedText;
  description?: LocalizedText;
  defaultValue?: unknown;
  condition?: FormCondition;
  params?: {
    required?: boolean;
    /** The text of a field of the type `description`. */
    text?: LocalizedText;
    connectionType?: string;
    options?: Array<{ label: LocalizedText; value: string }>;
    min?: number;
    max?: number;
    step?: number;
  };
  /** For a `select` whose options come from the extension: the keys of the fields that they depend on. */
  optionsResolver?: { dependencies: string[] };
}

export interface FormSection {
  key: string;
  label: LocalizedText;
  defaultCollapsed?: boolean;
  condition?: FormCondition;
  /** The keys of its fields. */
  fields: string[];
}

/** A node as the extension describes it. A branch has a parent and no form. */
export interface NodeForm {
  type: string;
  parentType?: string | null;
  defaultLabel: LocalizedText;
  summary?: LocalizedText;
  appearance?: { color?: string };
  /** The field whose value a Flow shows on the node. */
  preview?: { key?: string };
  dependencies?: { children?: string[] };
  fields?: FormField[];
  sections?: FormSection[];
  /** The fields and sections in the form's order. */
  form?: Array<{ type: 'field' | 'section'; key: string }>;
  /** The chips for text fields. */
  tokens?: Array<{ label: string; script: string }>;
}

export interface ConnectionForm {
  type: string;
  label: string;
  fields: Array<{ fieldName: string; label?: string; description?: string; required?: boolean }>;
}

/** Something in a description that the platform would refuse. */
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
  /** The connections of the sandbox's project. A form's connection fields offer these. */
  saved: Array<{ id: string; name: string; type: string }>;
}

/** `POST /api/runs`: one execution of a node. */
export interface RunRequest {
  type: string;
  /** As in the form. A connection is `{connectionId}`, or an object with its fields. */
  config: Record<string, unknown>;
  /** The conversation's context, as the previous run left it. */
  context: Record<string, unknown>;
  input: Record<string, unknown>;
}

/** How the execution went. */
export interface RunReport {
  /** Type of the branch in which the Flow goes on. Absent if the node chose none. */
  branch?: string;
  /** What the node has stored in the place that its form names. Absent if there is nothing. */
  result?: unknown;
  context: Record<string, unknown>;
  input: Record<string, unknown>;
  logs: Array<{ level: string; text: string }>;
  /** The node's own outputs. */
  outputs: Array<{ text: string; data: Record<string, unknown> }>;
  apiCalls: number;
  /** The platform's limit for `apiCalls`. */
  maxApiCalls: number;
  /** Run time without the wait for a free process, milliseconds. */
  durationMs: number;
  /** The message if the execution failed: the node threw, exceeded a limit, or took too long. */
  extensionError?: string;
}

/** `POST /api/options`: asks for the current options of a field with an `optionsResolver`. */
export interface OptionsRequest {
  /** Node type. */
  type: string;
  /** Key of the field. */
  field: string;
  /** As in a `RunRequest`. */
  config: Record<string, unknown>;
}

/** The answer to it. */
export interface ResolvedOptions {
  options: Array<{ label: string; value: string }>;
}

/** What the page can break until it is mended. */
export const LASTING_BREAKAGES = ['tokenEndpointDown', 'slowNetwork'] as const;
/** What the page can break once, without lasting. */
export const SINGLE_BREAKAGES = ['revokeTokens', 'killChain', 'loseStore'] as const;

export type LastingBreakage = (typeof LASTING_BREAKAGES)[number];
export type SingleBreakage = (typeof SINGLE_BREAKAGES)[number];
export type Breakage = LastingBreakage | SingleBreakage;

/** `POST /api/breakages`. */
export interface BreakageRequest {
  breakage: Breakage;
  /** For a lasting breakage: true to break, false to mend. */
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
  /** Absent if the store has no refresh token with it. */
  hasRefreshToken?: true;
  /** When another token replaced it, or the store lost it. */
  endedAt?: number;
  end?: 'replaced' | 'lost';
}

export interface TokenLane {
  tokenName: string;
  /** In order. The one without `endedAt` is stored now. */
  lives: TokenLife[];
  /** Why the last refresh failed. */
  failure?: { code: string; attempts: number; retryAt: number };
}

/** An event, in words. */
export interface TimelineEvent {
  id: number;
  at: number;
  kind: 'refresh' | 'hop' | 'failure' | 'breakage' | 'mended' | 'consent';
  text: string;
}

/** A time during which something was broken from the page. */
export interface BrokenStretch {
  breakage: Breakage;
  from: number;
  /** Absent while it lasts. Equal to `from` for what happens once. */
  until?: number;
}

/** The state of the latest request for consent. */
export type ConsentState =
  | { status: 'none' }
  /** The address for the consent is known a moment after the start. */
  | { status: 'waiting'; address?: string }
  | { status: 'came' | 'cancelled' | 'failed'; text: string };

/** The answer to `POST /api/authorize`: the address where the user consents. */
export interface ConsentAddress {
  address: string;
}

/** `GET /api/timeline`. */
export interface TimelineSnapshot {
  now: number;
  /** The time that it begins at. */
  since: number;
  tokens: TokenLane[];
  hops: Array<{ id: string; hop: number; startedAt: number; endedAt?: number; failed: boolean }>;
  tokenRequests: Array<{ at: number; answeredAt: number; status: number; grantType: string }>;
  executions: Array<{ at: number; ok: boolean }>;
  broken: BrokenStretch[];
  events: TimelineEvent[];
  counts: { executions: number; failed: number; refreshes: number; hops: number };
  /** Only if the studio can ask for a consent. */
  consent?: ConsentState;
}
