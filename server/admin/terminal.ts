/** Where a command is given: what it may read, and where it tells what it did. */
export interface Terminal {
  /** The server's own environment. */
  env: NodeJS.ProcessEnv;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  /** Takes the result. */
  output(text: string): void;
  /** Takes what is wrong, and what a person should know beside the result. */
  errors(text: string): void;
}
