import { type Phone, phoneOn } from '../phones.ts';
import { type Device, factsOf, isPlatform } from '../platforms.ts';
import { type Choices, getState, type MergePreview, setPhone, setState } from '../state.ts';
import type { Step } from '../steps.ts';

/** A press of a button that links. */
export interface Linking {
  platform: Device;
  step: Step;
  /** Called when the person has answered whether to merge. */
  onMerge(agreed: boolean): void;
}

/**
 * Links a phone's platform to the account of another phone. The app opens a session of that account first; here the phone takes the other
 * phone's.
 *
 * @throws the client's errors; 409 if the platform belongs to another account and the person does not merge them
 */
export async function link(linking: Linking): Promise<void> {
  await inSessionOf(linking, async (phone) => {
    try {
      const user = await phone.shim.baas.auth.getCurrentUser();
      await user.link();
    } catch (error) {
      const ticket = await ticketOf(error, linking.platform, phone);
      if (ticket === undefined || !(await merge(ticket, linking, phone))) throw error;
    }
  });
}

/**
 * Merges the account of a phone's platform into that of another phone. The person says that there are two, so the app asks for a ticket
 * right away, and tries no link that the server has to refuse.
 *
 * @throws the client's errors
 */
export async function mergeAccounts(linking: Linking): Promise<void> {
  const { platform } = linking;
  await inSessionOf(linking, async (phone) => {
    if (!isPlatform(platform)) return;
    const { merge_ticket } = await phone.shim.baas.auth.createMergeTicket({ platform, code: await phone.host.code() });
    await merge(merge_ticket, linking, phone);
  });
}

/** Runs a phone in the session of another phone, and in its own again if that fails. */
async function inSessionOf({ platform, step: { other } }: Linking, run: (phone: Phone) => Promise<void>): Promise<void> {
  const phone = phoneOn(platform);
  const from = other === undefined ? phone : phoneOn(other);
  const before = phone.storage;
  if (from !== phone) phone.storage = new Map(from.storage);
  try {
    await run(phone);
  } catch (error) {
    phone.storage = before;
    throw error;
  }
}

/** The ticket that a refused link gave, if the account that has the identity can be merged. */
async function ticketOf(error: unknown, platform: Device, { shim, host }: Phone): Promise<string | undefined> {
  const { code, merge_ticket } = Object(error);
  if (code !== 409) return undefined;
  if (merge_ticket !== undefined) return merge_ticket;
  // Some hosts pass only the status on.
  const hidesBody = factsOf(platform).failureOf?.(code) !== undefined;
  return isPlatform(platform) && hidesBody
    ? (await shim.baas.auth.createMergeTicket({ platform, code: await host.code() })).merge_ticket
    : undefined;
}

/** Merges the ticket's account. @returns whether the person agreed */
async function merge(ticket: string, { platform, step, onMerge }: Linking, { shim: { baas } }: Phone): Promise<boolean> {
  const preview = await baas.auth.previewMerge(ticket);
  const choices = await askMerge(platform, step, preview);
  onMerge(choices !== undefined);
  if (!choices) return false;
  await baas.auth.merge(ticket, choices);
  setState({ accounts: getState().accounts.filter(({ id }) => id !== preview.theirs.id) });
  return true;
}

/** The person's choices: those of the step, or from a dialog on the phone. @returns undefined if the person does not merge */
async function askMerge(platform: Device, { merge }: Step, preview: MergePreview): Promise<Choices | undefined> {
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
