import { accountMemory } from './accountChanges.ts';
import { backendMemory } from './backends.ts';
import { linkMemory } from './links.ts';
import { listMemory } from './lists.ts';
import { mailMemory } from './mails.ts';
import type { MemoryCase } from './memory.ts';
import { mergeMemory } from './merges.ts';
import { myAccountMemory } from './myAccount.ts';
import { passwordMemory } from './passwordLogins.ts';
import { phoneMemory } from './phones.ts';
import { pictureMemory } from './pictures.ts';
import { platformLoginMemory } from './platformLogins.ts';
import { profileMemory } from './profiles.ts';
import { registrationMemory } from './registrations.ts';
import { scanMemory } from './scanLogins.ts';
import { sessionMemory } from './sessions.ts';
import { smsMemory } from './sms.ts';
import { userMemory } from './users.ts';
import { webhookMemory } from './webhooks.ts';
import { webLoginMemory } from './webLogins.ts';

/** The cases of every operation that read back. A new operation's go into the file of its tag. */
export const memory: readonly MemoryCase[] = [
  ...sessionMemory,
  ...scanMemory,
  ...registrationMemory,
  ...passwordMemory,
  ...accountMemory,
  ...userMemory,
  ...backendMemory,
  ...webhookMemory,
  ...pictureMemory,
  ...myAccountMemory,
  ...mergeMemory,
  ...listMemory,
  ...smsMemory,
  ...mailMemory,
  ...platformLoginMemory,
  ...profileMemory,
  ...linkMemory,
  ...phoneMemory,
  ...webLoginMemory,
];
