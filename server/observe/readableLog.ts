import type { DestinationStream } from 'pino';

/** Fields of a request's line that its message shows. */
const inMessage = ['method', 'path', 'status', 'operation', 'ms', 'request_id', 'waited'];

/**
 * Formats log lines for a person at a terminal; machines read the JSON.
 *
 * @param output destination of the formatted lines
 * @returns undefined if pino-pretty is not installed, which is a devDependency
 */
export async function readableLog(output: DestinationStream): Promise<DestinationStream | undefined> {
  const pretty = await import('pino-pretty').catch(() => undefined);
  const format = pretty?.prettyFactory({
    colorize: true,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    // The contract's code of a refusal has no stack.
    errorLikeObjectKeys: ['err'],
    ignore: inMessage.join(),
    messageFormat: ({ msg, method, path, status, operation, ms, request_id }) => {
      if (typeof status !== 'number' || method === undefined) return String(msg);
      const line = `${method} ${path} -> ${status} ${operation ?? ''} ${Math.round(Number(ms))} ms`;
      return status < 400 ? line : `${line}, request_id ${request_id}`;
    },
  });
  return format && { write: (line) => output.write(format(JSON.parse(line))) };
}
