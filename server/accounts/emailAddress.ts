import { domainToASCII } from 'node:url';

/** Invisible characters, which copying from contacts or chats adds. */
const unseen = /\p{Cf}/gu;
/** Full-width forms of ASCII, which Chinese keyboards type. */
const fullWidth = /[\uff01-\uff5e]/g;
const toAscii = (char: string) => String.fromCharCode(char.charCodeAt(0) - 0xfee0);
/** Ideographic full stops, which Chinese keyboards type for a dot. */
const dots = /[\u3002\uff61]/g;

/** Normalises a typed or pasted e-mail address and encodes its domain in Punycode. Invalid addresses stay invalid. */
export function typedAddress(typed: string): string {
  const plain = typed
    .replaceAll(unseen, '')
    .trim()
    .replaceAll(fullWidth, toAscii)
    .replaceAll(dots, '.')
    .replaceAll(/\s*@\s*/g, '@');
  const at = plain.lastIndexOf('@');
  const domain = plain.slice(at + 1);
  return plain.slice(0, at + 1) + ((!/^\p{ASCII}*$/u.test(domain) && domainToASCII(domain)) || domain);
}
