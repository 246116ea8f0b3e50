import type { DestinationStream } from 'pino';

/** Fields of a request's log line that the message contains already. */
const inMessage = ['method', 'path', 'status', 'operation', 'ms', 'request_id', 'waited'];

/**
 * Formats log lines for people at a terminal.
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
    // `error` is the contract's error, which has no stack.
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
