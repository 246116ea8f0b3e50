/** bcrypt's alphabet, and the usual one in the same order. */
const own = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const usual = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const toUsual = new Map([...own].map((character, place) => [character, usual[place] ?? '']));

/** Decodes bcrypt's base64, which has its own alphabet. */
export const decodeBcrypt = (text: string): Buffer =>
  Buffer.from([...text].map((character) => toUsual.get(character) ?? '').join(''), 'base64');
