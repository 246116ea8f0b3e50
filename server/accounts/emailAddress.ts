import { domainToASCII } from 'node:url';

/** Invisible characters, which copying from a contact or a chat adds. */
const unseen = /\p{Cf}/gu;
/** The full-width forms of ASCII that Chinese keyboards have. */
const fullWidth = /[\uff01-\uff5e]/g;
const toAscii = (char: string) => String.fromCharCode(char.charCodeAt(0) - 0xfee0);
/** Their other dots. */
const dots = /[\u3002\uff61]/g;

/** Cleans an e-mail address as it was typed or pasted, and puts its domain into ASCII (Punycode). Other text stays invalid. */
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
