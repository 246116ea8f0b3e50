import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequest } from './currentRequest.ts';

/** Drops other properties of an error: PostgreSQL's hold the conflicting row, which may have a phone number. */
function serializeError(error: Error) {
  const { type, message, stack, code } = pino.stdSerializers.err(error);
  return { type, message, code, stack };
}

/** @param destination standard output, unbuffered, if absent */
export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: serializeError },
      mixin: () => ({ request_id: currentRequest()?.id }),
    },
    destination,
  );
