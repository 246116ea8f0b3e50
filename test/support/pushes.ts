import { expect } from 'vitest';
import { askSandbox } from './sandbox.ts';
import type { TestServer } from './server.ts';

export interface SentPush {
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

/** A push with the server's answer. */
interface Pushed {
  status: number;
  body: string;
  sent: SentPush;
}

type Sandbox = Pick<TestServer, 'origin'>;

/** Makes the sandbox's platform push a person's change. */
export const push = (sandbox: Sandbox, platform: string, change: object) => makePush(sandbox, `${platform}/push`, change);

/** Makes WeChat push a ticket of the third-party platform. */
export const pushTicket = (sandbox: Sandbox, choice: object = {}) => makePush(sandbox, 'wechat/ticket', choice);

async function makePush(sandbox: Sandbox, path: string, body: object): Promise<Pushed> {
  const response = await askSandbox(sandbox, path, body);
  expect(response.status).toBe(200);
  return (await response.json()) as Pushed;
}

/** Sends a push as the platform would, after an optional modification. */
export async function deliver(
  { origin }: Pick<TestServer, 'origin'>,
  platform: string,
  { query, headers, body }: SentPush,
  appId = `sandbox-${platform}`,
): Promise<{ status: number; body: string }> {
  const url = `${origin}/v1/pushes/${platform}/${appId}?${new URLSearchParams(query)}`;
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, body: await response.text() };
}
