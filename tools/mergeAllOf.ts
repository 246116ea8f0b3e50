/**
 * Flattens schemas with `allOf` into one object, because client generators lose `required`, `null` and additional properties within
 * `allOf`.
 */

export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  properties?: Record<string, unknown>;
  required?: string[];
}

/**
 * Replaces the `allOf` of every schema by the keywords of its parts. The meaning stays the same if no two parts contradict each other about
 * a property or keyword.
 *
 * @param contract its schemas are changed in place; those that were only parts are deleted
 */
export function mergeAllOf(contract: { components: { schemas: Record<string, Schema> } }): void {
  const { schemas } = contract.components;
  const parts = new Set(Object.values(schemas).flatMap(({ allOf = [] }) => allOf.flatMap(({ $ref }) => nameIn($ref))));
  const partsOf = ({ $ref, allOf = [], ...own }: Schema): Schema[] =>
    $ref ? partsOf(schemas[nameIn($ref).join()] ?? {}) : [...allOf.flatMap(partsOf), own];

  for (const [name, schema] of Object.entries(schemas)) {
    if (!schema.allOf) continue;
    const merged = partsOf(schema);
    const required = merged.flatMap((part) => part.required ?? []);
    schemas[name] = {
      ...Object.assign({}, ...merged),
      ...(required.length > 0 && { required: [...new Set(required)] }),
      properties: Object.assign({}, ...merged.map(({ properties }) => properties)),
    };
  }
  const text = JSON.stringify(contract);
  for (const name of parts) if (!text.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
}

/** The name of the referenced schema; undefined without a reference. */
const nameIn = ($ref: string | undefined): string[] => $ref?.split('/').slice(-1) ?? [];
