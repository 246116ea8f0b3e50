import { domainToASCII } from 'node:url';

/** Characters that nobody sees: what copying from a contact or a chat brings along. */
const unseen = /\p{Cf}/gu;
/** The full-width and ideographic dots and the full-width @ of Chinese keyboards. */
const dots = /[\u3002\uff0e\uff61]/gu;
const ats = /\uff20/gu;

/** An e-mail address as it is typed or pasted, its domain in the one ASCII form that names it. What is none stays one that is none. */
export function typedAddress(typed: string): string {
  const plain = typed.replaceAll(unseen, '').trim().replaceAll(dots, '.').replaceAll(ats, '@');
  const at = plain.lastIndexOf('@');
  const domain = plain.slice(at + 1);
  return plain.slice(0, at + 1) + ((!/^\p{ASCII}*$/u.test(domain) && domainToASCII(domain)) || domain);
}
