import { toCurrentUser } from '../accounts/users.ts';
import type { Handler } from '../operations.ts';

const getMe: Handler<'getMe'> = async ({ session, tenant }) => ({
  status: 200,
  body: toCurrentUser(session.record, session.platform, tenant.platformApps),
});

export const meOperations = { getMe };
