import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openTestStore } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';

it('keeps other processes from writing from the first moment of a transaction, so that it need not fail halfway', async () => {
  const path = `${createFolder()}/login.db`;
  const store = await openTestStore(`sqlite:${path}`);
  const other = new DatabaseSync(path, { timeout: 0 });
  const write = () => other.exec("insert into users (app_id, id, created_at, updated_at) values ('app', 1, 1, 1)");
  await store.transaction().execute(async () => expect(write).toThrow('database is locked'));
  expect(write).not.toThrow();
  other.close();
});
