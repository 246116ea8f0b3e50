import express, { type Request, type Response, type Router } from 'express';
import * as z from 'zod';
import { banUser, unbanUser } from '../accounts/bans.ts';
import { isTombstone } from '../accounts/userState.ts';
import { lockUser } from '../accounts/users.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { readRequest } from './readRequest.ts';

const banRequest = z.strictObject({ user: z.int().min(1), banned: z.boolean() });

/**
 * `PUT /ban` bans a user of the sandbox's app, or ends the ban, as an operator does by command.
 *
 * @param tenant the sandbox's pool: no other app's user can be banned
 */
export function createBans(tenant: Tenant): Router {
  const router = express.Router();
  router.put('/ban', express.json(), async (request: Request, response: Response) => {
    const body = readRequest(banRequest, request, response);
    if (!body) return;
    const isDone = await inTransaction(tenant, (tx) => setBan(tx, body));
    if (isDone) response.json({ status: 'ok' });
    else response.status(404).json({ status: 'error', error_msg: `The app "${tenant.id}" has no user ${body.user}.` });
  });
  return router;
}

/** @returns whether there is such an account */
async function setBan(tx: Transaction, { user: id, banned }: z.infer<typeof banRequest>): Promise<boolean> {
  const found = await tx.store.selectFrom('users').select('state').where('tenant_id', '=', tx.id).where('id', '=', id).executeTakeFirst();
  if (!found || isTombstone(found)) return false;
  const user = await lockUser(tx, id);
  if (banned) await banUser(tx, user, { reason: 'banned in the sandbox', until: null });
  else if (user.state === 'banned') await unbanUser(tx, user);
  return true;
}
