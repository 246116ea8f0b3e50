/** The form of a host's calls. */
export interface Callbacks {
  success?(result: unknown): void;
  fail?(failure?: unknown): void;
}

/** A host's global object. */
export type Namespace = Record<string, unknown>;
