import { newToken } from '../crypto/tokens.ts';

/** The first characters of every key, by which scanners of leaked secrets find it. */
const prefix = 'mlk';

/** The app, and its environment if it has one, whose users a key is for. */
export interface KeyOwner {
  clientId: string;
  environment: string | undefined;
}

/** A new key: 256 random bits after the owner's name, which leads to the owner's rows. */
export const newKeyText = ({ clientId, environment }: KeyOwner): string =>
  [prefix, clientId, ...(environment === undefined ? [] : [environment]), newToken()].join('.');

/** The owner that a key names; undefined for a text that is no key. */
export function keyOwnerOf(text: string): KeyOwner | undefined {
  const [first, clientId, ...rest] = text.split('.');
  if (first !== prefix || clientId === undefined || rest.length < 1 || rest.length > 2) return undefined;
  return { clientId, environment: rest.length === 2 ? rest[0] : undefined };
}
