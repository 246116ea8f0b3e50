import type { OperationId } from '../../generated/operations.ts';
import { handlers } from '../handlers/index.ts';
import { networkOf } from '../limits/address.ts';
import type { Level } from '../limits/buckets.ts';
import type { RateLimitName } from '../limits/limits.ts';
import { subjectsOf } from '../limits/subjects.ts';
import { withinRateLimits } from '../limits/withinRateLimits.ts';
import type { RequestContext, StreamedAnswer } from '../operations.ts';
import type { ValidRequest } from './validateRequest.ts';

/** The authenticated caller. */
export interface Principal {
  context: RequestContext;
  // biome-ignore lint/suspicious/noExplicitAny: the contract's `security` of the operation says whether there is one
  session: any;
  /** The client's address. */
  ip: string | undefined;
}

/** A success that the contract declares for the operation. */
export type OperationAnswer = { status: number; body: unknown } | StreamedAnswer;

/**
 * Runs the operation's handler on a valid request, within the operation's rate limits.
 *
 * @param announce receives the levels of the limits
 */
export function runOperation(
  request: ValidRequest,
  principal: Principal,
  announce: (levels: Level<RateLimitName>[]) => void,
): Promise<OperationAnswer> {
  return run(request.operationId, request, principal, announce);
}

async function run<Op extends OperationId>(
  operationId: Op,
  { path, query, body }: ValidRequest,
  { context, session, ip }: Principal,
  announce: (levels: Level<RateLimitName>[]) => void,
): Promise<OperationAnswer> {
  const { app, tenant, services } = context;
  const subjects = await subjectsOf(operationId, tenant, networkOf(ip), session, body);
  const work = () => handlers[operationId]({ ...context, session, path, query, body });
  return withinRateLimits(operationId, { app, tenant, fullBuckets: services.fullBuckets }, subjects, announce, work);
}
