import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';

const ivLength = 12;
const tagLength = 16;

/**
 * Seals and opens short secrets with AES-256-GCM, and fingerprints them with HMAC-SHA-256. A sealed text is `<key id>.<base64url of iv, tag
 * and ciphertext>`.
 */
export interface Vault {
  /** @param context the owner of the text; opening it in another context fails */
  seal(text: string, context: string): string;
  /** @throws if the text was sealed with an unknown key or for another context */
  open(sealed: string, context: string): string;
  /** Whether a text was sealed with the current key. */
  isCurrent(sealed: string): boolean;
  /** A keyed hash, for texts of low entropy that a plain hash would not hide. Differs by context. */
  fingerprint(text: string, context: string): string;
  /** Fingerprints with each key. */
  fingerprints(text: string, context: string): string[];
}

/** Capability of functions that work on sealed or fingerprinted rows. */
export interface Sealing {
  vault: Vault;
}

/**
 * Creates a vault that seals with the current key, and opens with either.
 *
 * @param secretKey `SECRET_KEY`, any text of at least 32 characters
 * @param fallbackKey `SECRET_KEY_FALLBACK`, during a rotation
 */
export function createVault(secretKey: string, fallbackKey?: string): Vault {
  const current = createKey(secretKey);
  const keys = fallbackKey === undefined ? [current] : [current, createKey(fallbackKey)];
  return {
    seal: current.seal,
    open(sealed, context) {
      const [keyId, payload = ''] = sealed.split('.');
      const key = keys.find(({ id }) => id === keyId);
      if (!key) throw new Error(`sealed with key ${keyId}, this server has ${keys.map(({ id }) => id).join(' and ')}`);
      return key.open(payload, context);
    },
    isCurrent: (sealed) => sealed.startsWith(`${current.id}.`),
    fingerprint: current.fingerprint,
    fingerprints: (text, context) => keys.map((key) => key.fingerprint(text, context)),
  };
}

function createKey(secretKey: string) {
  const bytes = Buffer.from(hkdfSync('sha256', secretKey, '', 'session keys at rest', 32));
  const key = createSecretKey(bytes);
  const fingerprintKey = createSecretKey(Buffer.from(hkdfSync('sha256', secretKey, '', 'fingerprints of short secrets', 32)));
  const id = createHash('sha256').update(bytes).digest('base64url').slice(0, 8);
  return {
    id,
    seal(text: string, context: string): string {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${id}.${Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString('base64url')}`;
    },
    open(payload: string, context: string): string {
      const bytes = Buffer.from(payload, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivLength), { authTagLength: tagLength })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
      return Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()]).toString('utf8');
    },
    fingerprint: (text: string, context: string): string =>
      createHmac('sha256', fingerprintKey)
        .update(JSON.stringify([context, text]))
        .digest('base64url'),
  };
}

/** Opens a sealed text that can be obtained again; undefined if that fails, as after a change of `SECRET_KEY`. */
export function openIfPossible(vault: Vault, sealed: string, context: string): string | undefined {
  try {
    return vault.open(sealed, context);
  } catch {
    return undefined;
  }
}
