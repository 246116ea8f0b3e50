/**
 * Rewrites schemas that openapi-generator turns into types that cannot hold a value. Requests of its clients still match the original
 * contract.
 */

interface Schema {
  anyOf?: Schema[];
  additionalProperties?: unknown;
}

export interface Contract {
  components: { schemas: Record<string, Schema> };
}

/**
 * Returns the contract with each union as its first member, the text that clients are asked to send: a union of primitives becomes a class
 * without fields in Kotlin and Rust. For Kotlin, custom fields are left out as well: a class that has some is a map there, and Gson fills
 * the map alone.
 */
export function simplify({ components, ...contract }: Contract, language: string): Contract {
  const simple = ({ anyOf: [first] = [], additionalProperties, ...schema }: Schema): Schema => ({
    ...schema,
    ...first,
    ...(!(additionalProperties === true && language === 'kotlin') && { additionalProperties }),
  });
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [name, simple(schema)]);
  return { ...contract, components: { ...components, schemas: Object.fromEntries(schemas) } };
}
