import { expect } from 'vitest';
import type { OperationId } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import type { LoginNameKind } from '../../server/store/schema.ts';
import type { TestServer } from './server.ts';

type Session = components['schemas']['Session'];

export const password = 'plum-rain-june';

/** A login name of each kind, and the operations to register and log in with it. */
export const loginNames: { kind: LoginNameKind; name: string; register: OperationId; login: OperationId }[] = [
  { kind: 'username', name: 'Mei', register: 'registerByUsername', login: 'loginByUsername' },
  { kind: 'email', name: 'mei@example.com', register: 'registerByEmail', login: 'loginByEmail' },
  { kind: 'phone', name: '13800138000', register: 'registerByPhone', login: 'loginByPhone' },
];

/** Registers a user by username and returns the session. */
export async function registerUser(server: TestServer, username = 'Mei'): Promise<Session> {
  const { status, body } = await server.call('registerByUsername', { body: { username, password } });
  expect(status).toBe(201);
  return body;
}

/** Registers a user by e-mail address and returns the session. */
export async function registerEmail(server: TestServer, email: string): Promise<Session> {
  const { status, body } = await server.call('registerByEmail', { body: { email, password } });
  expect(status).toBe(201);
  return body;
}
