import { createPrivateKey, type KeyObject } from 'node:crypto';
import { secret } from './settings.ts';

/** Reads an RSA private key: PEM or bare base64, in PKCS#8 or PKCS#1. Undefined if it is none. */
export function readPrivateKey(text: string): KeyObject | undefined {
  // Environment variables and JSON by hand may hold the line ends as text.
  const lines = text.replaceAll('\\n', '\n').trim();
  const readings = lines.startsWith('-----')
    ? [() => createPrivateKey(lines)]
    : (['pkcs8', 'pkcs1'] as const).map((type) => () => createPrivateKey({ key: Buffer.from(lines, 'base64'), format: 'der', type }));
  for (const read of readings) {
    try {
      const key = read();
      if (key.asymmetricKeyType === 'rsa') return key;
    } catch {
      // Not in this form.
    }
  }
  return undefined;
}

/** The setting of an RSA private key. */
export const privateKey = secret(8192).refine(
  (text) => readPrivateKey(text) !== undefined,
  'must be an RSA private key: PEM or its base64 text, PKCS#8 or PKCS#1',
);
