import type { Handlers } from '../operations.ts';
import { accountOperations } from './accounts.ts';
import { backendOperations } from './backends.ts';
import { emailOperations } from './email.ts';
import { myAccountOperations } from './myAccount.ts';
import { platformOperations } from './platforms.ts';
import { scanLoginOperations } from './scanLogins.ts';
import { serverOperations } from './server.ts';
import { sessionOperations } from './sessions.ts';
import { smsOperations } from './sms.ts';
import { userOperations } from './users.ts';
import { webhookOperations } from './webhooks.ts';
import { webLoginOperations } from './webLogins.ts';

/** Every operation of the contract. A missing handler, or an undeclared answer, does not compile. */
export const handlers: Handlers = {
  ...accountOperations,
  ...sessionOperations,
  ...scanLoginOperations,
  ...userOperations,
  ...myAccountOperations,
  ...backendOperations,
  ...webhookOperations,
  ...smsOperations,
  ...emailOperations,
  ...serverOperations,
  ...platformOperations,
  ...webLoginOperations,
};
