import { Lacking, type Request, type Target } from './target.ts';

/** Maximum number of exchanges in an error: the last ones before it. */
const shown = 8;

/**
 * Runs a case of several requests.
 *
 * @throws the case's error, with the requests and answers that led to it
 */
export async function recording(target: Target, run: (recorded: Target) => Promise<unknown>): Promise<void> {
  const exchanges: string[] = [];
  const send: Target['send'] = async (id, request, wanted) => {
    const reply = await target.send(id, request, wanted);
    exchanges.push(`${id} ${inShort(request)} → ${reply.status} ${reply.text.slice(0, 300)}`);
    return reply;
  };
  try {
    await run({ ...target, send });
  } catch (error) {
    if (error instanceof Lacking) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\nafter\n${exchanges.slice(-shown).join('\n')}`, { cause: error });
  }
}

const inShort = (request: Request = {}) => JSON.stringify(request).slice(0, 300);
