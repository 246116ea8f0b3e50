import { accountMutations } from './accounts.ts';
import { answerMutations } from './answers.ts';
import { backendMutations } from './backends.ts';
import { headerMutations } from './headers.ts';
import { listMutations } from './lists.ts';
import { mergeMutations } from './merges.ts';
import { messageMutations } from './messages.ts';
import type { Mutation } from './mutant.ts';
import { myAccountMutations } from './myAccount.ts';
import { platformMutations } from './platforms.ts';
import { scanMutations } from './scanLogins.ts';
import { sessionMutations } from './sessions.ts';
import { userMutations } from './users.ts';
import { webhookMutations } from './webhooks.ts';
import { webLoginMutations } from './webLogins.ts';

/** Ways in which a server may break its word: each is one that the contract tests must find. */
export const mutations: readonly Mutation[] = [
  ...answerMutations,
  ...headerMutations,
  ...sessionMutations,
  ...scanMutations,
  ...accountMutations,
  ...userMutations,
  ...listMutations,
  ...myAccountMutations,
  ...mergeMutations,
  ...messageMutations,
  ...platformMutations,
  ...backendMutations,
  ...webhookMutations,
  ...webLoginMutations,
];
