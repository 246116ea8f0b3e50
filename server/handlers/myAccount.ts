import { cancelClosure as cancel, requestClosure as request } from '../accounts/closing.ts';
import { requireFreshLogin } from '../accounts/freshLogin.ts';
import { listIdentities as findIdentities, unlinkIdentity as unlink } from '../accounts/myIdentities.ts';
import { endSession as end, endOtherSessions as endOthers, listSessions as findSessions } from '../accounts/mySessions.ts';
import { readUserData } from '../accounts/userData.ts';
import { findRegisteredUser, loadUser, toCurrentUser } from '../accounts/users.ts';
import { recordActs } from '../audit/entries.ts';
import { accountPolicy } from '../mail/notices.ts';
import { mergeAccounts as merge, previewMerge as preview } from '../merging/merge.ts';
import { issueTicket, ticketLifetime } from '../merging/tickets.ts';
import type { Handler } from '../operations.ts';
import { toExport } from './export.ts';
import { proveOther } from './proveOther.ts';

const getMe: Handler<'getMe'> = async ({ session, tenant }) => ({
  status: 200,
  body: toCurrentUser(session.record, session.platform, tenant.platformApps),
});

const listSessions: Handler<'listSessions'> = async ({ session, tenant }) => {
  const sessions = await findSessions(tenant, session);
  return { status: 200, body: { objects: sessions.map((row) => ({ ...row, is_current: row.id === session.id })) } };
};

const endSession: Handler<'endSession'> = async ({ path, session, tenant }) => {
  await end(tenant, session, path.session_id);
  return { status: 200, body: { status: 'ok' } };
};

const endOtherSessions: Handler<'endOtherSessions'> = async ({ session, tenant }) => ({
  status: 200,
  body: { status: 'ok', sessions_ended: await endOthers(tenant, session) },
});

const listIdentities: Handler<'listIdentities'> = async ({ session, tenant }) => {
  const identities = await findIdentities(tenant, session.userId);
  const objects = identities.map(({ id, platform, platform_app_id, openid, created_at, updated_at }) => ({
    id,
    platform,
    app_id: platform_app_id,
    openid,
    linked_at: created_at,
    last_used_at: updated_at,
  }));
  return { status: 200, body: { objects } };
};

const unlinkIdentity: Handler<'unlinkIdentity'> = async ({ path, session, app, tenant, services }) => {
  const sessions_ended = await unlink(tenant, accountPolicy(app, services), session, path.identity_id);
  return { status: 200, body: { status: 'ok', sessions_ended } };
};

const requestClosure: Handler<'requestClosure'> = async ({ session, app, tenant, services }) => ({
  status: 200,
  body: { closing_at: await request(tenant, accountPolicy(app, services), session) },
});

const cancelClosure: Handler<'cancelClosure'> = async ({ session, tenant }) => {
  await cancel(tenant, session);
  return { status: 200, body: { status: 'ok' } };
};

const exportMe: Handler<'exportMe'> = async ({ session, tenant }) => {
  const user = await loadUser(tenant, session.userId);
  await recordActs(tenant, { event: 'user_exported', userId: user.id });
  return { status: 200, pieces: toExport(readUserData(tenant, user), tenant.now()) };
};

const createMergeTicket: Handler<'createMergeTicket'> = async ({ body, session, ...context }) => {
  const { app, tenant } = context;
  // Before a code is used up: a refused client logs in again and sends the same request.
  requireFreshLogin(app, session, await findRegisteredUser(tenant, session.userId), tenant.now());
  const { userId, proof } = await proveOther(context, session, body);
  const ticket = await issueTicket(tenant, session, userId, proof);
  return { status: 201, body: { ...ticket, expires_in: ticketLifetime } };
};

const previewMerge: Handler<'previewMerge'> = async ({ body, session, tenant }) => ({
  status: 200,
  body: await preview(tenant, session, body.merge_ticket),
});

const mergeAccounts: Handler<'mergeAccounts'> = async ({ body, session, app, tenant, services }) => {
  const { merge_ticket: ticket, choices = {} } = body;
  return { status: 200, body: await merge(tenant, accountPolicy(app, services), session, { ticket, choices }) };
};

export const myAccountOperations = {
  getMe,
  listSessions,
  endSession,
  endOtherSessions,
  listIdentities,
  unlinkIdentity,
  requestClosure,
  cancelClosure,
  exportMe,
  createMergeTicket,
  previewMerge,
  mergeAccounts,
};
