import { isDeepStrictEqual } from 'node:util';
import { type OperationId, operationTable } from '../../../generated/operations.ts';
import {
  neededQuery,
  operation,
  requestExamplesOf,
  requestMediaOf,
  resolve,
  responseExamplesOf,
  responseMediaOf,
  type Schema,
} from '../../support/contract.ts';
import { createContext, type Fields, fullestExample } from './context.ts';
import { conventionsOf } from './conventions.ts';
import { type ErrorCode, errors } from './errors.ts';
import { prepare } from './fixtures.ts';
import { expectInvalid, generatedFor } from './generated.ts';
import { limitsOf } from './limits.ts';
import { malformedOf } from './malformed.ts';
import { memory } from './memory/index.ts';
import { recording } from './recording.ts';
import { standards } from './standards.ts';
import { successes } from './successes.ts';
import { Lacking, type Request, type Target } from './target.ts';

/** One statement of the contract about an operation. */
export interface Case {
  name: string;
  /** The reason why no client can cause it. The case is skipped then. */
  unreachable?: string | undefined;
  /** @throws if the target violates the statement; Lacking if the target is not set up for the case */
  run(target: Target): Promise<unknown>;
}

/** The folder of the files that messages name. */
const folder = 'test/contract/suite/';

/** Cases of an operation's examples: the requests succeed, and all answers, including errors, can be caused. */
export const exampleCasesOf = (id: OperationId): Case[] => [...requestExampleCases(id), ...responseExampleCases(id)];

/** Cases of an operation that read back what they wrote, with the sentences of the contract that they test. */
export const memoryCasesOf = (id: OperationId): Case[] =>
  memory
    .filter(({ of }) => of.includes(id))
    .map(({ title, run }) => ({
      name: `remembers: ${title}`,
      run: (target) => {
        needServer(target);
        return recording(target, (recorded) => run(createContext(recorded, id)));
      },
    }));

/** All cases of an operation. */
export const casesOf = (id: OperationId, seed: number): Case[] => [
  ...exampleCasesOf(id),
  ...memoryCasesOf(id),
  ...conventionCases(id),
  ...standardCases(id),
  ...malformedCases(id),
  ...limitCases(id),
  ...generatedCases(id, seed),
];

const requestExampleCases = (id: OperationId): Case[] =>
  requestExamplesOf(id).map(({ name, value }) => ({
    name: `accepts the request example ${name}`,
    async run(target) {
      const request = target.canned ? { body: value, token: 'any' } : await prepare(createContext(target, id), value as Fields);
      const { status, text } = await target.send(id, request);
      if (status >= 300) throw new Error(`${status} ${text}`);
    },
  }));

const responseExampleCases = (id: OperationId): Case[] =>
  Object.keys(operation(id).responses).flatMap((status) =>
    responseExamplesOf(id, status).map(({ name, value }) =>
      Number(status) < 300 ? successCase(id, status, name, value as Fields) : errorCase(id, status, name as ErrorCode),
    ),
  );

/** The answer has every field of its example, except custom ones. */
const successCase = (id: OperationId, status: string, name: string, example: Fields): Case => ({
  name: `answers ${status} ${name}`,
  async run(target) {
    needServer(target);
    const prepareSuccess = successes[name];
    if (!prepareSuccess) throw new Error(`no fixture for the success ${name}: add it to ${folder}successes.ts`);
    const reply = await target.send(id, await prepareSuccess(createContext(target, id)));
    if (reply.status !== Number(status)) throw new Error(`${reply.status} ${reply.text}`);
    const missing = fieldsOf(responseMediaOf(id, status)?.schema ?? {}, example).filter((path) => at(reply.body, path) === undefined);
    if (missing.length > 0) throw new Error(`the answer lacks ${missing.map((path) => path.join('.'))} of the example: ${reply.text}`);
  },
});

const errorCase = (id: OperationId, status: string, code: ErrorCode): Case => {
  const { provoke, unreachable } = errors[code];
  return {
    name: `answers ${status} ${code}`,
    unreachable: unreachable?.(id),
    async run(target) {
      needServer(target);
      const request = await provoke(createContext(target, id));
      const before = await ownRecord(target, request.token);
      const reply = await target.send(id, request, code);
      if (reply.status !== Number(status) || reply.body.code !== code) {
        throw new Error(`${reply.status} ${reply.text}; how to cause ${code} is in ${folder}errors.ts`);
      }
      const after = await ownRecord(target, request.token);
      if (!isDeepStrictEqual(after, before)) {
        throw new Error(`the refusal changed the user's record from ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
      }
    },
  };
};

/** The record of a token's user; undefined if the token is not a session's. */
async function ownRecord({ send }: Target, token: string | undefined): Promise<unknown> {
  if (token === undefined) return undefined;
  const { status, body } = await send('getMe', { token });
  return status === 200 ? body : undefined;
}

/** A request that reaches validation. */
async function plausible(target: Target, id: OperationId): Promise<Request> {
  return { ...(await admitted(target, id)), ...(requestMediaOf(id) && { body: fullestExample(id) }) };
}

async function admitted(target: Target, id: OperationId): Promise<Request> {
  const query = neededQuery(id);
  if (operationTable[id].session === 'none') return { query };
  return { query, token: target.canned ? 'any' : await target.sessionFor(id) };
}

/** @throws Lacking on a mock, which stores nothing and validates less than the contract says */
function needServer({ canned }: Target): void {
  if (canned) throw new Lacking('a memory');
}

const limitCases = (id: OperationId): Case[] =>
  limitsOf(id).map(({ name, request, path, subtle }) => ({
    name: `${path === undefined ? 'accepts' : 'refuses'} ${name}`,
    async run(target) {
      if (subtle) needServer(target);
      const reply = await target.send(id, { ...(await plausible(target, id)), ...request });
      // Plain Prism answers with the contract's example, whose field is always the same.
      if (path !== undefined) expectInvalid(reply, target.canned && target.prism ? '/body' : path, name);
      else if (reply.body.code === 'request_invalid') throw new Error(`refused, although it is valid: ${reply.text}`);
    },
  }));

const malformedCases = (id: OperationId): Case[] =>
  malformedOf(id).map(({ name, request, codes, path, unreadable }) => ({
    name: `answers ${codes[0]} to ${name}`,
    async run(target) {
      needServer(target);
      if (unreadable && target.prism) throw new Lacking('its own body parser: Prism reads bodies first');
      const reply = await target.send(id, { ...(await admitted(target, id)), ...request });
      if (!codes.includes(reply.body.code)) throw new Error(`${reply.status} ${reply.text}`);
      if (path !== undefined) expectInvalid(reply, path, name);
    },
  }));

const conventionCases = (id: OperationId): Case[] =>
  conventionsOf(id).map(({ name, run }) => ({
    name,
    run: (target) => {
      needServer(target);
      return run(createContext(target, id));
    },
  }));

const standardCases = (id: OperationId): Case[] =>
  standards
    .filter(({ of }) => of.includes(id))
    .map(({ name, run }) => ({
      name,
      run: (target) => {
        needServer(target);
        return recording(target, (recorded) => run(createContext(recorded, id)));
      },
    }));

const generatedCases = (id: OperationId, seed: number): Case[] =>
  generatedFor(id).map(({ name, run }) => ({
    name: `agrees with the schema on ${name}`,
    run: (target) => {
      needServer(target);
      return run(async (request) => target.send(id, { ...(await plausible(target, id)), ...request }), seed);
    },
  }));

/** The paths of the example's fields that the schema names. */
function fieldsOf(given: Schema, example: unknown): string[][] {
  const schema = resolve(given);
  if (typeof example !== 'object' || example === null) return [];
  return [
    ...(schema.allOf ?? []).flatMap((part) => fieldsOf(part, example)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      name in example ? [[name], ...fieldsOf(property, (example as Fields)[name]).map((path) => [name, ...path])] : [],
    ),
  ];
}

const at = (body: unknown, path: string[]): unknown => path.reduce((value, name) => (value as Fields | undefined)?.[name], body);
