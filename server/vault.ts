import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const ivLength = 12;
const tagLength = 16;

/** Seals and opens short secrets with AES-256-GCM, and fingerprints them with HMAC-SHA-256. A sealed text is `<key id>.<base64url of iv, tag and ciphertext>`. */
export interface Vault {
  /** @param context what the text belongs to; opening it in another context fails. */
  seal(text: string, context: string): string;
  /** @throws when the text was sealed with another key or for another context. */
  open(sealed: string, context: string): string;
  /** A hash that needs the key, for texts that are too few to hide behind a plain one. It differs from context to context. */
  fingerprint(text: string, context: string): string;
}

/** @param secretKey `SECRET_KEY`, any text of at least 32 characters. */
export function createVault(secretKey: string): Vault {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'session keys at rest', 32));
  const fingerprintKey = Buffer.from(hkdfSync('sha256', secretKey, '', 'fingerprints of short secrets', 32));
  const keyId = createHash('sha256').update(key).digest('base64url').slice(0, 8);

  return {
    seal(text, context) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${keyId}.${Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [sealedWith, payload = ''] = sealed.split('.');
      if (sealedWith !== keyId) throw new Error(`sealed with key ${sealedWith}, this server has key ${keyId}`);
      const bytes = Buffer.from(payload, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivLength), { authTagLength: tagLength })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
      return Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()]).toString('utf8');
    },
    fingerprint: (text, context) =>
      createHmac('sha256', fingerprintKey)
        .update(JSON.stringify([context, text]))
        .digest('base64url'),
  };
}

/** Opens what can be had anew where it cannot be opened, as after a change of `SECRET_KEY`. */
export function openIfPossible(vault: Vault, sealed: string, context: string): string | undefined {
  try {
    return vault.open(sealed, context);
  } catch {
    return undefined;
  }
}
