/** A command's input, output and environment. */
export interface Terminal {
  /** The server's own environment. */
  env: NodeJS.ProcessEnv;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  /** Takes the result. */
  output(text: string): void;
  /** Prints errors and notes for people. */
  errors(text: string): void;
}
