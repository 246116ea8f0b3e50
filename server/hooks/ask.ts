import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { ApiError } from '../errors.ts';
import { currentRequest } from '../observe/currentRequest.ts';
import { UpstreamError } from '../upstream/errors.ts';
import { fetchThrough } from '../upstream/fetch.ts';
import { parseReply } from '../upstream/reply.ts';
import { requestJson, type UpstreamServices } from '../upstream/request.ts';
import { anyAgent, publicAgent } from '../webhooks/agents.ts';
import { signedRequest } from '../webhooks/signedRequest.ts';
import type { HookName, HookSettings, HooksSettings } from './settings.ts';

/** The facts for a hook besides those of the request itself. */
interface Question {
  client_id: string;
  /** Null outside any environment. */
  environment: string | null;
  [fact: string]: string | number | null;
}

/** Seconds after which a hook that did not answer may answer again. */
const retryAfter = 10;
/** Maximum characters of a challenge's JSON. */
const longestChallenge = 4096;

const answer = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('allow') }),
  z.object({ decision: z.literal('deny') }),
  z.object({
    decision: z.literal('challenge'),
    challenge: z.record(z.string().max(64), z.unknown()).refine((challenge) => JSON.stringify(challenge).length <= longestChallenge),
  }),
]);

const [toPublic, toAny] = [fetchThrough(publicAgent), fetchThrough(anyAgent)];

/**
 * Asks the app's own server whether a request may continue, if the app has such a hook.
 *
 * @throws challenge_required; request_denied; hook_unavailable if there is no answer, unless the hook fails open
 */
export async function askHook(hooks: HooksSettings, name: HookName, question: Question, services: UpstreamServices): Promise<void> {
  const hook = hooks[name];
  if (!hook) return;
  const decided = await decide(hook, name, question, services);
  if (decided.decision === 'deny') throw new ApiError('request_denied', { detail: { hook: name } });
  if (decided.decision === 'challenge') throw new ApiError('challenge_required', { challenge: decided.challenge, detail: { hook: name } });
}

async function decide(hook: HookSettings, name: HookName, question: Question, services: UpstreamServices): Promise<z.infer<typeof answer>> {
  try {
    const init = toRequest(hook, name, question);
    const url = new URL(hook.url);
    const callee = { name: 'hook', circuit: `hook at ${url.origin}`, logged: { provider: `hook ${name}` } };
    const own = { ...services, fetch: hook.allow_private ? toAny : toPublic, platformTimeout: hook.timeout };
    return parseReply(answer, await requestJson(url, init, own, { ...callee, deadline: performance.now() + hook.timeout }));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const detail = { hook: name, reason: error.reason, ...error.detail };
    if (!hook.fail_open) throw new ApiError('hook_unavailable', { retryAfter, detail, cause: error });
    services.log.warn(detail, 'a hook did not answer; the request is allowed, because fail_open is set');
    return { decision: 'allow' };
  }
}

function toRequest({ secret }: HookSettings, name: HookName, question: Question): RequestInit {
  const { ip, userAgent, operationId, challengeResponse } = currentRequest() ?? {};
  const [id, at] = [`hook_${randomUUID()}`, new Date()];
  const request = {
    operation: operationId ?? null,
    ip: ip ?? null,
    user_agent: userAgent ?? null,
    challenge_response: challengeResponse ?? null,
  };
  const body = JSON.stringify({ type: name, timestamp: at.toISOString(), data: { ...question, ...request } });
  return signedRequest(id, at, body, new Webhook(secret).sign(id, at, body));
}
