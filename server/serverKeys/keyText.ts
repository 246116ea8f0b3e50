import { newToken } from '../crypto/tokens.ts';

/** The first characters of every key, by which scanners of leaked secrets find it. */
const prefix = 'mlk';

/** The app, and the environment if any, that a key belongs to. */
export interface KeyOwner {
  clientId: string;
  environment: string | undefined;
}

/** A new key: 256 random bits after the owner's name, by which the owner's rows are found. */
export const newKeyText = ({ clientId, environment }: KeyOwner): string =>
  [prefix, clientId, ...(environment === undefined ? [] : [environment]), newToken()].join('.');

/** The owner that a key names; undefined for a text that is not a key. */
export function keyOwnerOf(text: string): KeyOwner | undefined {
  const [first, clientId, ...rest] = text.split('.');
  if (first !== prefix || clientId === undefined || rest.length < 1 || rest.length > 2) return undefined;
  return { clientId, environment: rest.length === 2 ? rest[0] : undefined };
}
