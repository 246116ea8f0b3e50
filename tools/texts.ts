/** Reads the contract's extensions for text in requests: how people type it, and its patterns in words. */

interface Schema {
  $ref?: string;
  pattern?: string;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  /** The kind of text, which decides how it is normalised: `phone`, `email`, `username`, `sms_code`. */
  'x-typed'?: string;
  /** `pattern` in words, to follow the field's name in an error. */
  'x-pattern-words'?: string;
}

export interface TextContract {
  paths: Record<string, Record<string, { operationId?: string; requestBody?: { content?: Record<string, { schema: object }> } }>>;
  components: { schemas: object };
}

/** Collects the kinds of typed text, by operationId and field. */
export function typedFields(contract: TextContract): Record<string, Record<string, string>> {
  const schemas = contract.components.schemas as Record<string, Schema>;
  const resolve = (schema: Schema): Schema => (schema.$ref ? resolve(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema);
  /** A property with its own description has the reference in an `allOf`. */
  const typeOf = (property: Schema): string | undefined => {
    const { allOf = [], 'x-typed': typed } = resolve(property);
    return typed ?? allOf.map(typeOf).find((inherited) => inherited !== undefined);
  };
  const fieldsOf = (given: Schema): [string, string][] => {
    const { allOf = [], properties = {} } = resolve(given);
    const own = Object.entries(properties).flatMap(([name, property]): [string, string][] => {
      const typed = typeOf(property);
      return typed === undefined ? [] : [[name, typed]];
    });
    return [...allOf.flatMap(fieldsOf), ...own];
  };
  const operations = Object.values(contract.paths).flatMap((item) => Object.values(item));
  return Object.fromEntries(
    operations.flatMap(({ operationId, requestBody }) => {
      const fields = fieldsOf((requestBody?.content?.['application/json']?.schema ?? {}) as Schema);
      return operationId && fields.length > 0 ? [[operationId, Object.fromEntries(fields)]] : [];
    }),
  );
}

export function patternWords(contract: TextContract): Record<string, string> {
  const words: Record<string, string> = {};
  JSON.stringify(contract, (_key, value: Schema | null) => {
    if (typeof value === 'object' && value?.pattern !== undefined && value['x-pattern-words'] !== undefined) {
      words[value.pattern] = value['x-pattern-words'];
    }
    return value;
  });
  return words;
}
