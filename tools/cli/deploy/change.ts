export type Step = 'extension' | 'flow' | 'endpoint' | 'function' | 'connection' | 'chain';

/** One thing to do. */
export interface Change {
  step: Step;
  action: 'create' | 'update' | 'start';
  /** What it is, for people. */
  description: string;
  /** The connection's name. */
  name?: string;
  /** The text that is there is somebody else's, or may be: it is saved before it is replaced. */
  savesOld?: true;
}
