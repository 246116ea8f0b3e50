/** Writes a schema that builds on others as one object: in an `allOf`, client generators lose what is required, null, or a custom field. */

export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  properties?: Record<string, unknown>;
  required?: string[];
}

/**
 * Replaces the `allOf` of every schema by the keywords of its parts. The meaning stays the same as long as no part says another thing about
 * the same property or keyword.
 *
 * @param schemas the contract's, by name; changed in place
 */
export function mergeAllOf(schemas: Record<string, Schema>): void {
  const partsOf = ({ $ref, allOf = [], ...own }: Schema): Schema[] =>
    $ref ? partsOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {}) : [...allOf.flatMap(partsOf), own];

  for (const [name, schema] of Object.entries(schemas)) {
    if (!schema.allOf) continue;
    const parts = partsOf(schema);
    const required = parts.flatMap((part) => part.required ?? []);
    schemas[name] = {
      ...Object.assign({}, ...parts),
      ...(required.length > 0 && { required: [...new Set(required)] }),
      properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    };
  }
}
