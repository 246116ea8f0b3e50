import fc from 'fast-check';
import { generate } from 'json-schema-faker';
import type { OperationId } from '../../../generated/operations.ts';
import { typedFields } from '../../../tools/texts.ts';
import { contract, misfit, parametersOf, requestMediaOf, takesForm } from '../../support/contract.ts';
import type { Reply } from './answers.ts';
import { type Fields, fullestExample } from './context.ts';
import type { Request } from './target.ts';

/** Numbers of bodies generated from a schema, and of edited variants of them. */
const bodies = 20;
const runs = 60;

type Send = (request: Request) => Promise<Reply>;

/** Generated requests. The same seed generates the same ones; fast-check reports the smallest that fails. */
export interface Generated {
  name: string;
  run(send: Send, seed: number): Promise<void>;
}

export const generatedFor = (id: OperationId): Generated[] => [
  // A form contains only text.
  ...(requestMediaOf(id) && !takesForm(id) ? [{ name: 'generated bodies', run: bodiesOf(id) }] : []),
  ...(parametersOf(id).some(({ in: place }) => place === 'query') ? [{ name: 'generated queries', run: queriesOf(id) }] : []),
];

/**
 * Operations that are stricter than their schemas: custom fields have rules in the description, and the server determines the platforms
 * and the origins of callback pages.
 */
const refusesMore = new Set<OperationId>(['updateUser', 'createMergeTicket', 'createWebLogin']);

/** An impossible number or a look-alike name matches its pattern, but the field's description excludes it (`x-typed`). */
const refusesTyped = ({ body: { errors = [] } }: Reply, typed: Record<string, string>) =>
  errors.every(({ path }: { path: string }) => Object.hasOwn(typed, path.replace(/^\/body\//, '')));

/** The target and the schema must agree on which bodies are valid. */
const bodiesOf =
  (id: OperationId): Generated['run'] =>
  async (send, seed) => {
    const { schema = {} } = requestMediaOf(id) ?? {};
    const made = await Promise.all(
      Array.from({ length: bodies }, (_, index) => generate({ ...schema, components: contract.components }, { seed: seed + index })),
    );
    const whole = [fullestExample(id), ...made.filter((body) => !misfit(schema, body))] as Fields[];
    const typed = typedFields(contract)[id] ?? {};
    const names = [...new Set(whole.flatMap(Object.keys)), 'more'];
    const edit = fc.record({ name: fc.constantFrom(...names), value: fc.option(fc.jsonValue(), { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...whole), fc.array(edit, { maxLength: 3 }), async (body, edits) => {
        const edited = { ...body, ...Object.fromEntries(edits.map(({ name, value }) => [name, value])) };
        const problem = misfit(schema, JSON.parse(JSON.stringify(edited)));
        const reply = await send({ body: edited });
        if (problem !== undefined) expectInvalid(reply, '/body', problem);
        else if (reply.body.code === 'request_invalid' && !refusesMore.has(id) && !refusesTyped(reply, typed))
          throw new Error(`refused, although it is valid: ${reply.text}`);
      }),
      { seed, numRuns: runs },
    );
  };

const queriesOf =
  (id: OperationId): Generated['run'] =>
  async (send, seed) => {
    const names = parametersOf(id).flatMap(({ name, in: place }) => (place === 'query' ? [name] : []));
    const text = fc.oneof(fc.string(), fc.json(), fc.integer().map(String));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), text), async (query) => {
        await send({ query });
      }),
      { seed, numRuns: runs },
    );
  };

/** @throws unless the reply names the path, or one below it, as invalid */
export function expectInvalid({ status, body, text }: Reply, path: string, problem: string): void {
  const paths: string[] = (body.errors ?? []).map((error: { path: string }) => error.path);
  const named = paths.some((found) => found === path || found.startsWith(`${path}/`));
  if (status !== 400 || body.code !== 'request_invalid' || !named) {
    throw new Error(`${problem}: not a 400 request_invalid at ${path} but ${status} ${text.slice(0, 1000)}`);
  }
}
