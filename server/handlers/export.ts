import type { UserDataPart } from '../accounts/userData.ts';

/**
 * Writes an export (schema `UserExport`) as JSON, a piece for each part.
 *
 * @param parts those of one table follow each other
 * @param exported_at unix seconds
 */
export async function* toExport(parts: AsyncIterable<UserDataPart>, exported_at: number): AsyncGenerator<string> {
  yield `{"exported_at":${exported_at}`;
  let open: string | undefined;
  for await (const { table, rows } of parts) {
    const items = rows.map((row) => JSON.stringify(row));
    if (table !== open) yield `${open === undefined ? '' : ']'},${JSON.stringify(table)}:[${items.join(',')}`;
    else if (items.length > 0) yield `,${items.join(',')}`;
    open = table;
  }
  yield open === undefined ? '}' : ']}';
}
