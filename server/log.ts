import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';
import { pinoHttp } from 'pino-http';

/** What is told of an error, and no more: PostgreSQL's own hold the row that was in the way, with the phone number in it. */
function serializeError(error: Error) {
  const { type, message, stack, code } = pino.stdSerializers.err(error);
  return { type, message, code, stack };
}

/** @param destination standard output when absent */
export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: serializeError } }, destination);

/**
 * Gives every request an id, which is answered as `X-Request-Id`, and logs one line when it is over. Headers, query and body are never
 * logged: they hold tokens, codes, passwords and phone numbers.
 */
export const requestLog = (log: Logger) =>
  pinoHttp<Request, Response>({
    logger: log,
    genReqId(request, response) {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    quietReqLogger: true,
    quietResLogger: true,
    wrapSerializers: false,
    serializers: { req: () => undefined, res: () => undefined, err: serializeError },
    customAttributeKeys: { reqId: 'request_id', responseTime: 'ms' },
    customSuccessObject: (request, response, timing) => ({ ...summarize(request, response), ...timing }),
    // Without a fault behind the status there is nothing to trace.
    customErrorObject: (request, response, _error, fault) => ({ ...summarize(request, response), ...fault, err: response.err }),
    customLogLevel: (_request, { statusCode }, error) => {
      if (error || statusCode >= 500) return 'error';
      return statusCode >= 400 ? 'warn' : 'info';
    },
  });

const summarize = ({ method, path }: Request, { locals, statusCode }: Response) => ({
  method,
  path,
  status: statusCode,
  operation: locals.operationId,
  app: locals.caller?.appId,
  waited: locals.waited,
  error: locals.error,
});
