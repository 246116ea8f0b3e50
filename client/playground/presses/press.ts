import { discardPhone, introduce, phoneOn } from '../phones.ts';
import { platformNames } from '../platforms.ts';
import { type Entry, type Failure, getState, setPhone, setState } from '../state.ts';
import type { Step } from '../steps.ts';
import { act } from './actions.ts';
import { fetchUpstream, refreshAfter } from './refresh.ts';

let count = 0;

const show = (entry: Entry) => {
  const { entries } = getState();
  const copy = { ...entry, exchanges: [...entry.exchanges] };
  setState({
    entries: entries.some(({ id }) => id === entry.id)
      ? entries.map((other) => (other.id === entry.id ? copy : other))
      : [copy, ...entries],
  });
};

/** Presses a button of a phone: the app calls its client, and the page shows everything that follows. */
export async function press(asked: Step): Promise<Entry['outcome']> {
  if (asked.press === 'link_all') return linkAll(asked);
  const { phone: platform } = asked;
  const { world } = getState();
  const before = getState().phones[platform];
  if (before.busy) return undefined;
  const person = asked.person ?? before.person;
  const fault = asked.fault ?? 'none';
  if (person !== before.person) discardPhone(platform);
  const phone = phoneOn(platform);
  const step: Step = { ...asked, person };
  const entry: Entry = {
    id: ++count,
    step,
    person,
    wasLoggedIn: person === before.person && before.user !== undefined,
    exchanges: [],
    outcome: undefined,
  };
  /** Whether the page has started over in the meantime. */
  const isOver = () => getState().world !== world;
  setPhone(platform, { person, fault, busy: true, last: entry.id, ...(person !== before.person && { user: undefined }) });
  setState({ shown: platform, selected: undefined });
  show(entry);
  phone.consent = asked.consent;
  phone.record = (exchange) => {
    entry.exchanges.push(exchange);
    if (!isOver()) show(entry);
  };
  try {
    await introduce(person, fault === 'placeholder');
    const onMerge = (agreed: boolean) => {
      step.merge = agreed;
    };
    await act({ platform, person, step, onMerge });
    entry.outcome = 'ok';
  } catch (error) {
    entry.outcome = failureOf(error);
  }
  // For the share link, which repeats the person's answer.
  if (phone.consent) step.consent = phone.consent;
  phone.record = undefined;
  phone.consent = undefined;
  if (isOver()) return undefined;
  // The answer has been shown; a server that does not respond adds nothing.
  await Promise.all([fetchUpstream(entry.exchanges), refreshAfter(entry, before.user?.id)]).catch(() => undefined);
  if (isOver()) return undefined;
  setPhone(platform, { busy: false, question: undefined });
  show(entry);
  return entry.outcome;
}

function failureOf(error: unknown): Failure {
  const { code, error_code, message, errMsg } = Object(error);
  return {
    code: typeof code === 'number' ? code : undefined,
    errorCode: typeof error_code === 'string' ? error_code : undefined,
    message: String(message ?? errMsg ?? error),
  };
}

/** Links every other phone of the person to the account of one phone. @returns the first failure, or `ok` */
async function linkAll({ phone: main }: Step): Promise<Entry['outcome']> {
  const { person, user } = getState().phones[main];
  let outcome: Entry['outcome'] = 'ok';
  for (const platform of platformNames) {
    const phone = getState().phones[platform];
    if (platform === main || phone.person !== person || phone.user === undefined || phone.user.id === user?.id) continue;
    const linked = await press({ phone: platform, press: 'merge', other: main, merge: true });
    if (outcome === 'ok' && linked !== undefined) outcome = linked;
  }
  return outcome;
}
