/** A command's input, output and environment. */
export interface Terminal {
  /** The environment, which is the same as the server's. */
  env: NodeJS.ProcessEnv;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  /** Prints the result. */
  output(text: string): void;
  /** Prints errors and notes for people. */
  errors(text: string): void;
}
