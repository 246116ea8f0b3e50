import { type OperationId, operationTable } from '../../../generated/operations.ts';
import {
  operation,
  requestExamplesOf,
  requestMediaOf,
  resolve,
  responseExamplesOf,
  responseMediaOf,
  type Schema,
} from '../../support/contract.ts';
import { arrange } from './arrangements.ts';
import { expectInvalid, generatedFor } from './generated.ts';
import { habitsOf } from './habits.ts';
import { limitsOf } from './limits.ts';
import { mistakesOf } from './mistakes.ts';
import { type ErrorCode, refusals } from './refusals.ts';
import { createScene, type Fields, fullestExample } from './scene.ts';
import { successes } from './successes.ts';
import { Lacking, type Request, type Target } from './target.ts';

/** One thing that the contract says of an operation. */
export interface Case {
  name: string;
  /** Why no client can bring it about; then it is not run. */
  outOfReach?: string | undefined;
  /** @throws where the target does otherwise; Lacking where the target has not what it takes */
  run(target: Target): Promise<unknown>;
}

/** Every example of an operation: its requests are carried out, and its answers come about, the errors too. */
export const exampleCasesOf = (id: OperationId): Case[] => [...requestExampleCases(id), ...responseExampleCases(id)];

/** Everything that the contract says of an operation, one case each. */
export const casesOf = (id: OperationId, seed: number): Case[] => [
  ...exampleCasesOf(id),
  ...limitCases(id),
  ...mistakeCases(id),
  ...habitCases(id),
  ...generatedCases(id, seed),
];

const requestExampleCases = (id: OperationId): Case[] =>
  requestExamplesOf(id).map(({ name, value }) => ({
    name: `carries out the request example ${name}`,
    async run(target) {
      const request = target.canned ? { body: value, token: 'any' } : await arrange(createScene(target, id), value as Fields);
      const { status, text } = await target.send(id, request);
      if (status >= 300) throw new Error(`${status} ${text}`);
    },
  }));

const responseExampleCases = (id: OperationId): Case[] =>
  Object.keys(operation(id).responses).flatMap((status) =>
    responseExamplesOf(id, status).map(({ name, value }) =>
      Number(status) < 300 ? successCase(id, status, name, value as Fields) : refusalCase(id, status, name as ErrorCode),
    ),
  );

/** The answer has every field that its example has, but custom ones. */
const successCase = (id: OperationId, status: string, name: string, example: Fields): Case => ({
  name: `answers ${status} ${name}`,
  async run(target) {
    needServer(target);
    const bringAbout = successes[name];
    if (!bringAbout) throw new Error(`nothing says how ${name} comes about: add it to successes.ts`);
    const reply = await target.send(id, await bringAbout(createScene(target, id)));
    if (reply.status !== Number(status)) throw new Error(`${reply.status} ${reply.text}`);
    const missing = fieldsOf(responseMediaOf(id, status)?.schema ?? {}, example).filter((path) => at(reply.body, path) === undefined);
    if (missing.length > 0) throw new Error(`the example has ${missing.map((path) => path.join('.'))}, the answer has not: ${reply.text}`);
  },
});

const refusalCase = (id: OperationId, status: string, code: ErrorCode): Case => {
  const { provoke, outOfReach } = refusals[code];
  return {
    name: `answers ${status} ${code}`,
    outOfReach: outOfReach?.(id),
    async run(target) {
      needServer(target);
      const reply = await target.send(id, await provoke(createScene(target, id)), code);
      if (reply.status !== Number(status) || reply.body.code !== code) throw new Error(`${reply.status} ${reply.text}`);
    },
  };
};

/** A request that gets as far as validation, and no further than it needs to. */
async function plausible(target: Target, id: OperationId): Promise<Request> {
  return { ...(await admitted(target, id)), ...(requestMediaOf(id) && { body: fullestExample(id) }) };
}

async function admitted(target: Target, id: OperationId): Promise<Request> {
  if (operationTable[id].session === 'none') return {};
  return { token: target.canned ? 'any' : await target.sessionFor(id) };
}

/** A mock remembers nobody, and looks at less of a request than the contract says. */
function needServer({ canned }: Target): void {
  if (canned) throw new Lacking('a memory');
}

/** What a canned answer says of a field is not of this request. */
const limitCases = (id: OperationId): Case[] =>
  limitsOf(id).map(({ name, request, path, subtle }) => ({
    name: `${path === undefined ? 'takes' : 'refuses'} ${name}`,
    async run(target) {
      if (subtle) needServer(target);
      const reply = await target.send(id, { ...(await plausible(target, id)), ...request });
      if (path !== undefined) expectInvalid(reply, target.canned ? '/body' : path, name);
      else if (reply.body.code === 'request_invalid') throw new Error(`refused, and it fits: ${reply.text}`);
    },
  }));

const mistakeCases = (id: OperationId): Case[] =>
  mistakesOf(id).map(({ name, request, codes, path, unreadable }) => ({
    name: `answers ${codes[0]} to ${name}`,
    async run(target) {
      needServer(target);
      if (unreadable && target.prism) throw new Lacking('an ear of its own: Prism reads bodies first');
      const reply = await target.send(id, { ...(await admitted(target, id)), ...request });
      if (!codes.includes(reply.body.code)) throw new Error(`${reply.status} ${reply.text}`);
      if (path !== undefined) expectInvalid(reply, path, name);
    },
  }));

const habitCases = (id: OperationId): Case[] =>
  habitsOf(id).map(({ name, run }) => ({
    name,
    run: (target) => {
      needServer(target);
      return run(createScene(target, id));
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

/** Where an object of the schema has fields that the schema names, as far as the example has them. */
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
