import { expect } from 'vitest';
import { password } from './accounts.ts';
import type { Client } from './client.ts';

/** Issues a merge ticket to a session for the account that a proof shows access to. */
export async function ticketFor(client: Client, token: string, proof: object): Promise<string> {
  const { status, body } = await client.call('createMergeTicket', { token, body: proof });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.merge_ticket;
}

/** Merges an account into the session's; keeps the session's value in every conflict that `choices` does not resolve. */
export async function mergeWith(client: Client, token: string, merge_ticket: string, choices: Record<string, string> = {}) {
  const { body } = await client.call('previewMerge', { token, body: { merge_ticket } });
  const conflicts: string[] = body.conflicts ?? [];
  const all = { ...Object.fromEntries(conflicts.map((field) => [field, 'mine'])), ...choices };
  return client.call('mergeAccounts', { token, body: { merge_ticket, choices: all } });
}

/** Registers an account by username and merges it into the session's. @returns its id */
export async function mergeAnother(client: Client, token: string, username: string): Promise<number> {
  const { body } = await client.call('registerByUsername', { body: { username, password } });
  const { status } = await mergeWith(client, token, await ticketFor(client, token, { username, password }));
  expect(status).toBe(200);
  return body.id;
}
