import { type Phone, phoneOn } from '../phones.ts';
import type { Platform } from '../platforms.ts';
import { type Choices, getState, type MergePreview, setPhone, setState } from '../state.ts';
import type { Step } from '../steps.ts';

/** Asks the person which values of two accounts to keep. @returns undefined if the person does not merge */
type AskMerge = (preview: MergePreview) => Promise<Choices | undefined>;

/**
 * Links a phone's platform to the account of another phone. The app opens a session of that account first; here the phone takes the other
 * phone's.
 *
 * @returns whether the person merged two accounts
 * @throws the client's errors; 409 if the platform belongs to another account and the person does not merge them
 */
export async function link(platform: Platform, step: Step, onMerge: (agreed: boolean) => void): Promise<void> {
  const phone = phoneOn(platform);
  const from = step.other === undefined ? undefined : phoneOn(step.other);
  const before = new Map(phone.storage);
  if (from && from !== phone) phone.storage = new Map(from.storage);
  try {
    const user = await phone.shim.baas.auth.getCurrentUser();
    await user.link();
  } catch (error) {
    const merged = await mergeAfter(error, platform, phone, (preview) => askMerge(platform, step, preview));
    if (merged !== undefined) onMerge(merged);
    if (merged) return;
    phone.storage = before;
    throw error;
  }
}

/** Merges the account that has the identity. @returns whether the person agreed; undefined if there is nothing to merge */
async function mergeAfter(error: unknown, platform: Platform, phone: Phone, ask: AskMerge): Promise<boolean | undefined> {
  const { auth } = phone.shim.baas;
  const { code, merge_ticket } = Object(error);
  if (code !== 409) return undefined;
  // JD's host passes only the status on.
  const ticket: string | undefined =
    merge_ticket ??
    (platform === 'jd' ? (await auth.createMergeTicket({ platform, code: await phone.host.code() })).merge_ticket : undefined);
  if (ticket === undefined) return undefined;
  const preview = await auth.previewMerge(ticket);
  const choices = await ask(preview);
  if (!choices) return false;
  await auth.merge(ticket, choices);
  setState({ accounts: getState().accounts.filter(({ id }) => id !== preview.theirs.id) });
  return true;
}

/** The person's choices: those of the step, or from a dialog on the phone. */
async function askMerge(platform: Platform, { merge }: Step, preview: MergePreview): Promise<Choices | undefined> {
  const mine = Object.fromEntries(preview.conflicts.map((field) => [field, 'mine' as const]));
  if (merge !== undefined) return merge ? mine : undefined;
  return new Promise((resolve) => {
    const answer = (choices: Choices | undefined) => {
      setPhone(platform, { question: undefined });
      resolve(choices);
    };
    setPhone(platform, { question: { kind: 'merge', preview, answer } });
  });
}
