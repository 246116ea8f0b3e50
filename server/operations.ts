/** Types of a handler's request and response, derived from the contract by operationId. */
import type { OperationId, operationTable } from '../generated/operations.ts';
import type { operations } from '../generated/types.ts';
import type { IdentityTenant } from './accounts/identities.ts';
import type { Session } from './accounts/sessions.ts';
import type { App } from './config/apps.ts';
import type { Services } from './services.ts';
import type { Upload } from './steps/readUpload.ts';

/** The app that sent a request, its users, and the services of handlers. */
export interface RequestContext {
  app: App;
  /** The users of the app's pool, or of one of the pool's environments. */
  tenant: IdentityTenant;
  services: Services;
}

type JsonContent<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined;
type ReadContent<T> = T extends { content: { 'application/x-www-form-urlencoded': infer Form } } ? Form : JsonContent<T>;
type RequestBody<Op extends OperationId> = operations[Op] extends { requestBody: { content: { 'multipart/form-data': unknown } } }
  ? Upload
  : operations[Op] extends { requestBody: infer Body }
    ? ReadContent<Body>
    : operations[Op] extends { requestBody?: infer Body }
      ? JsonContent<NonNullable<Body>> | undefined
      : undefined;
type Parameters<Op extends OperationId, In extends 'path' | 'query'> = operations[Op]['parameters'] extends { [K in In]?: infer P }
  ? P
  : undefined;

/** The session that the operation's `security` guarantees to the handler. */
type SessionOf<Op extends OperationId> = {
  required: Session;
  optional: Session | undefined;
  none: undefined;
}[(typeof operationTable)[Op]['session']];

/** A validated request. */
export type OperationRequest<Op extends OperationId> = RequestContext & {
  body: RequestBody<Op>;
  path: Parameters<Op, 'path'>;
  query: Parameters<Op, 'query'>;
  session: SessionOf<Op>;
};

type SuccessStatus<Op extends OperationId> = keyof operations[Op]['responses'] & (200 | 201);
/** A success that the contract declares: status and body. Errors are thrown (`ApiError`). */
export type Answer<Op extends OperationId> = {
  [Status in SuccessStatus<Op>]: { status: Status; body: JsonContent<operations[Op]['responses'][Status]> };
}[SuccessStatus<Op>];

/** A success that is written piece by piece: together, the pieces are the JSON of the body that the contract declares. */
export interface StreamedAnswer {
  status: 200;
  pieces: AsyncIterable<string>;
}

export type Handler<Op extends OperationId> = (request: OperationRequest<Op>) => Promise<Answer<Op> | StreamedAnswer>;

export type Handlers = { [Op in OperationId]: Handler<Op> };
