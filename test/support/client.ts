import { expect } from 'vitest';
import { type OperationId, operationTable } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import type { Fault } from '../../server/sandbox/faults.ts';
import { sandboxClientId } from '../../server/sandbox/sandbox.ts';
import type { Tamper } from '../../server/sandbox/tap.ts';
import { namesInPath, undeclared } from './contract.ts';
import { fillPath } from './fillPath.ts';
import { operationOn } from './platforms.ts';
import { askSandbox } from './sandbox.ts';
import type { Secrets } from './secrets.ts';

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of bodies
  body: any;
  headers: Headers;
}

export interface CallOptions {
  body?: unknown;
  token?: string | undefined;
  /** Values of the path's parameters; `userId` is short for `{ user_id }`. */
  params?: Record<string, string | number>;
  userId?: number;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

export interface Grant {
  tamper?: Tamper;
  app_id?: string;
  fault?: Partial<Fault>;
}

export interface Client {
  /** Calls an operation by its id, and validates the answer against the contract. */
  call(operationId: OperationId, options?: CallOptions): Promise<Reply>;
  /** A login code from the host app. */
  codeFor(platform: string, person: string, fault?: Partial<Fault>): Promise<string>;
  /** The host's data after a person grants the profile, or taps the phone button. */
  granted(what: 'profile' | 'phone', platform: string, person: string, how?: Grant): Promise<Record<string, unknown>>;
  /** The latest code sent to a number. */
  smsCodeTo(phone: string): Promise<string>;
  /** Logs a person in silently and returns the session. */
  login(platform: string, person: string): Promise<components['schemas']['PlatformSession']>;
}

/**
 * A client of the sandbox's app.
 *
 * @param origin the server's
 * @param secrets collects every secret that is sent or answered
 * @param sandbox the origin of the server that the sandbox runs in
 */
export function createClient(origin: string, secrets: Secrets, sandbox = origin): Client {
  const call: Client['call'] = async (operationId, { body, token, userId = 0, params, query, headers } = {}) => {
    const isForm = body instanceof FormData;
    if (!isForm) secrets.addFrom(body);
    const { method, path } = operationTable[operationId];
    const response = await fetch(
      `${origin}${fillPath(path, { ...namesInPath(operationId), user_id: userId, ...params }, 1)}?${new URLSearchParams(query)}`,
      {
        method,
        headers: {
          'X-Hydrogen-Client-ID': sandboxClientId,
          ...(token && { Authorization: `Hydrogen-r1 ${token}` }),
          ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' || isForm ? body : JSON.stringify(body) }),
      },
    );
    const reply: Reply = { status: response.status, body: await response.json(), headers: response.headers };
    // An error's code is no secret.
    secrets.addFrom({ ...reply.body, code: undefined });
    expect(undeclared(operationId, reply.status, reply.body)).toBeUndefined();
    return reply;
  };

  const askHost = async (platform: string, what: string, body: object) => {
    const response = await askSandbox({ origin: sandbox }, `${platform}/${what}`, body);
    expect(response.ok).toBe(true);
    const given = (await response.json()) as Record<string, unknown>;
    secrets.addFrom(given);
    return given;
  };
  const codeFor: Client['codeFor'] = async (platform, person, fault) => String((await askHost(platform, 'login', { person, fault })).code);

  return {
    call,
    codeFor,
    granted: (what, platform, person, how) => askHost(platform, what, { person, ...how }),
    async smsCodeTo(phone) {
      const response = await fetch(`${sandbox}/sandbox/sms/${phone}`);
      const given = (await response.json()) as { code: string };
      secrets.addFrom(given);
      return given.code;
    },
    async login(platform, person) {
      const { status, body } = await call(operationOn('silentLogin', platform), { body: { code: await codeFor(platform, person) } });
      expect(status).toBe(201);
      return body;
    },
  };
}
