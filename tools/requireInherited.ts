/** Repeats inherited properties next to `required`: most client generators ignore `required` for properties that the schema lacks. */

export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  properties?: Record<string, unknown>;
  required?: string[];
}

/**
 * Rewrites every schema with both `allOf` and `required`: both become parts of the `allOf`, and the second part repeats the properties
 * that it requires. The meaning stays the same.
 *
 * @param schemas the contract's, by name; changed in place
 */
export function requireInherited(schemas: Record<string, Schema>): void {
  const propertiesOf = (schema: Schema): Record<string, unknown> => {
    const target = schema.$ref ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
    return Object.assign({}, ...(target.allOf ?? []).map(propertiesOf), target.properties);
  };
  for (const schema of Object.values(schemas)) {
    const { allOf, required, ...others } = schema;
    if (!allOf || !required) continue;
    const inherited = propertiesOf(schema);
    const properties = Object.fromEntries(required.map((name) => [name, inherited[name]]));
    for (const key of Object.keys(schema)) delete schema[key as keyof Schema];
    Object.assign(schema, others, { allOf: [...allOf, { type: 'object', required, properties }] });
  }
}
