import { operationTable } from '../../generated/operations.ts';
import { clientId, type Person, password, serverKey } from './people.ts';

export interface Request {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** The requests of each person, repeated over and over. */
export type Requests = (people: Person[]) => Request[];

/** Placeholder in a body for an unused username of the same length: a new one for each request. */
export const newName = '_'.repeat(36);

const headers = { 'X-Hydrogen-Client-ID': clientId, 'Content-Type': 'application/json' };

export const readUser: Requests = (people) =>
  people.map(({ userId, token }) => ({
    method: 'GET',
    path: operationTable.getUser.path.replace('{user_id}', String(userId)),
    headers: { 'X-Hydrogen-Client-ID': clientId, Authorization: `Hydrogen-r1 ${token}` },
  }));

export const introspect: Requests = (people) =>
  people.map(({ token }) => ({
    method: 'POST',
    path: operationTable.introspectToken.path,
    headers: { Authorization: `Bearer ${serverKey}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `token=${token}`,
  }));

export const logInSilently: Requests = (people) =>
  people.map(({ username }) => ({
    method: 'POST',
    path: operationTable.silentLoginWechat.path,
    headers,
    body: JSON.stringify({ code: username, create_user: true }),
  }));

export const logInByPassword: Requests = (people) =>
  people.map(({ username }) => ({
    method: 'POST',
    path: operationTable.loginByUsername.path,
    headers,
    body: JSON.stringify({ username, password }),
  }));

export const register: Requests = (people) =>
  people.map(() => ({
    method: 'POST',
    path: operationTable.registerByUsername.path,
    headers,
    body: JSON.stringify({ username: newName, password }),
  }));
