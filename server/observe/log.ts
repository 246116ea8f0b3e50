import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequest } from './currentRequest.ts';

/** What is told of an error, and no more: PostgreSQL's own hold the row that was in the way, with the phone number in it. */
function serializeError(error: Error) {
  const { type, message, stack, code } = pino.stdSerializers.err(error);
  return { type, message, code, stack };
}

/** Which request a line is about, wherever it is written. */
const requestOfLine = () => ({ request_id: currentRequest()?.id });

/** A line that says by itself which request it is about is written as it is: a copy of it takes as long as the rest. */
const mergeRequest = (line: object, request: object) => ('request_id' in line ? line : { ...request, ...line });

/** Tells the time of a line. The many of one millisecond, as there are under load, share its text. */
function createClock(): () => string {
  let last = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== last) text = `,"time":"${new Date(now).toISOString()}"`;
    last = now;
    return text;
  };
}

/** @param destination standard output when absent, line by line */
export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: createClock(),
      serializers: { err: serializeError },
      mixin: requestOfLine,
      mixinMergeStrategy: mergeRequest,
    },
    destination,
  );
