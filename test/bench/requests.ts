import { operationTable } from '../../generated/operations.ts';
import { clientId, type Person, password } from './people.ts';

export interface Request {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** What is asked on behalf of each, over and over. */
export type Requests = (people: Person[]) => Request[];

/** Stands in a body for a username that nobody has had, as long as it: a new one each time that the request is sent. */
export const newName = '_'.repeat(36);

const headers = { 'X-Hydrogen-Client-ID': clientId, 'Content-Type': 'application/json' };

export const readUser: Requests = (people) =>
  people.map(({ userId, token }) => ({
    method: 'GET',
    path: operationTable.getUser.path.replace('{user_id}', String(userId)),
    headers: { 'X-Hydrogen-Client-ID': clientId, Authorization: `Hydrogen-r1 ${token}` },
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
