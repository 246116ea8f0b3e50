import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** Reads an RSA private key: PKCS#8 or PKCS#1, as PEM or as base64 alone. Undefined for anything else. */
export const readPrivateKey = (text: string): KeyObject | undefined =>
  rsaOf(
    () => createPrivateKey(text.trim()),
    ...derKinds(text, ['pkcs8', 'pkcs1'] as const, (key, type) => createPrivateKey({ key, format: 'der', type })),
  );

/** Reads an RSA public key: SPKI or PKCS#1, as PEM or as base64 alone. Undefined for anything else, a private key included. */
export const readPublicKey = (text: string): KeyObject | undefined =>
  /PRIVATE KEY/.test(text)
    ? undefined
    : rsaOf(
        () => createPublicKey(text.trim()),
        ...derKinds(text, ['spki', 'pkcs1'] as const, (key, type) => createPublicKey({ key, format: 'der', type })),
      );

function derKinds<Kind>(text: string, kinds: readonly Kind[], read: (der: Buffer, kind: Kind) => KeyObject): (() => KeyObject)[] {
  const base64 = text.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return [];
  return kinds.map((kind) => () => read(Buffer.from(base64, 'base64'), kind));
}

/** The result of the first attempt that succeeds. */
function rsaOf(...attempts: (() => KeyObject)[]): KeyObject | undefined {
  for (const attempt of attempts) {
    try {
      const key = attempt();
      return key.asymmetricKeyType === 'rsa' ? key : undefined;
    } catch {
      // The text is in another form.
    }
  }
  return undefined;
}
