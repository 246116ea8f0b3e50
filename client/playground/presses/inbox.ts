import { askSandbox } from '../server.ts';
import { getState, type Message, setState } from '../state.ts';

const attempts = 20;
const pause = 100;

/** Fetches the latest SMS to a number, or mail to an address, into the inbox. Mails are sent in the background, so it asks again. */
export async function receive(kind: Message['kind'], to: string): Promise<void> {
  const { world } = getState();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await askSandbox<{ code?: string; subject?: string; text?: string }>('GET', `${kind}/${encodeURIComponent(to)}`).catch(
      () => undefined,
    );
    const text = found?.code ?? found?.text;
    const { messages, world: now } = getState();
    if (now !== world) return;
    if (text !== undefined && !messages.some((message) => message.text === text)) {
      const message: Message = { id: messages.length + 1, kind, to, text, ...(found?.subject && { subject: found.subject }) };
      setState({ messages: [message, ...messages] });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The latest SMS code to a number. */
export const latestCode = (to: string): string | undefined =>
  getState().messages.find((message) => message.kind === 'sms' && message.to === to)?.text;
