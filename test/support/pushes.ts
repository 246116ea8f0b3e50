import { expect } from 'vitest';
import type { TestServer } from './server.ts';

export interface SentPush {
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

/** Makes the sandbox's platform push a person's change. */
export async function push(
  { origin }: Pick<TestServer, 'origin'>,
  platform: string,
  change: object,
): Promise<{ status: number; body: string; sent: SentPush }> {
  const response = await fetch(`${origin}/sandbox/${platform}/push`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(change),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { status: number; body: string; sent: SentPush };
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
