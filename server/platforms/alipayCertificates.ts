import { createHash, X509Certificate } from 'node:crypto';

/** Reads certificates: PEM, of one or several, or the base64 of one. Undefined if any cannot be read. */
export function readCertificates(text: string): X509Certificate[] | undefined {
  const texts = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [toPem(text)];
  try {
    return texts.map((pem) => new X509Certificate(pem));
  } catch {
    return undefined;
  }
}

const toPem = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/\s/g, '')}\n-----END CERTIFICATE-----`;

/** Alipay's name of a certificate: the MD5 of the issuer, the last part first, and the serial number in decimal. */
export function serialOf({ issuer, serialNumber }: X509Certificate): string {
  const name = issuer.split('\n').reverse().join(',');
  return createHash('md5')
    .update(`${name}${BigInt(`0x${serialNumber}`)}`)
    .digest('hex');
}

/** OIDs of RSA signatures. Alipay's file of root certificates has others, which do not count. */
const rsaSignatures = '1.2.840.113549.1.1.';

/** Alipay's name of its root certificates. */
export const rootSerialOf = (roots: readonly X509Certificate[]): string =>
  roots
    .filter(({ signatureAlgorithmOid }) => signatureAlgorithmOid?.startsWith(rsaSignatures))
    .map(serialOf)
    .join('_');
