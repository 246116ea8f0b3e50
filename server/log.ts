import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';

/** What is told of an error, and no more: PostgreSQL's own hold the row that was in the way, with the phone number in it. */
function serializeError(error: Error) {
  const { type, message, stack, code } = pino.stdSerializers.err(error);
  return { type, message, code, stack };
}

/** @param destination standard output when absent, line by line */
export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: serializeError } }, destination);

/**
 * Standard output, written to when there are 4 KiB or a tenth of a second has passed: a call of the system for every line takes as long as
 * all else that a line takes. What ends the process by itself is written out first; SIGKILL loses the last tenth of a second.
 */
export function bufferedOutput(): DestinationStream {
  const destination = pino.destination({ dest: 1, sync: true, minLength: 4096, periodicFlush: 100 });
  process.on('exit', () => destination.flushSync());
  return destination;
}

declare global {
  namespace Express {
    interface Request {
      id: string;
      /** For what a request causes on its way; its own line is written when it is over. */
      log: Logger;
    }
    interface Response {
      /** The fault behind the answer, for the log only. */
      err?: unknown;
    }
  }
}

/**
 * Gives every request an id, which is answered as `X-Request-Id`, and logs one line when it is over. Headers, query and body are never
 * logged: they hold tokens, codes, passwords and phone numbers.
 */
export const requestLog =
  (log: Logger): RequestHandler =>
  (request, response, next) => {
    const began = Date.now();
    request.id = requestIdOf(request);
    request.log = log.child({ request_id: request.id });
    response.setHeader('X-Request-Id', request.id);
    response.once('close', () => {
      const { err, locals, statusCode: status, writableEnded } = response;
      const failed = err !== undefined || status >= 500;
      const outcome = failed ? 'errored' : writableEnded ? 'completed' : 'aborted';
      const level = failed ? 'error' : status >= 400 ? 'warn' : 'info';
      const { method, path } = request;
      const { operationId: operation, caller, waited, error } = locals;
      request.log[level](
        { method, path, status, operation, app: caller?.appId, waited, error, ms: Date.now() - began, err },
        `request ${outcome}`,
      );
    });
    next();
  };

function requestIdOf({ headers }: Request): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}
