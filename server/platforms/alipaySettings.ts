import type { KeyObject, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { readCertificates, rootSerialOf, serialOf } from './alipayCertificates.ts';
import { readPrivateKey, readPublicKey } from './rsaKeys.ts';
import { filledIn, platformSettings, sealedPhone, secret } from './settings.ts';

const certificates = ['app_cert', 'alipay_root_cert', 'alipay_cert'] as const;
const certificate = filledIn(65_536).refine((text) => readCertificates(text) !== undefined, 'must be a certificate, as PEM or base64');
const aesKeyLength = 16;

export const alipaySettings = platformSettings
  .extend({
    private_key: secret(8192).refine(
      (text) => readPrivateKey(text) !== undefined,
      'must be an RSA private key, PKCS#8 or PKCS#1, as PEM or base64',
    ),
    /** Alipay's own key, not the app's. In certificate mode it is in `alipay_cert`. */
    alipay_public_key: filledIn(4096)
      .refine((text) => readPublicKey(text) !== undefined, "must be Alipay's RSA public key, as PEM or base64")
      .optional(),
    app_cert: certificate.optional(),
    alipay_root_cert: certificate.optional(),
    alipay_cert: certificate.optional(),
    /** For phone numbers (接口内容加密方式). */
    aes_key: secret(64)
      .refine(
        (text) => /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length === aesKeyLength,
        'must be the base64 of 16 bytes',
      )
      .optional(),
    /** Whether a number counts as verified. */
    sealed_phone: sealedPhone.default('believed'),
    /** Whether numbers without a signature are accepted, which Alipay sends for apps that have set no key (docs/platforms.md, 6.4). */
    unsigned_phone: z.boolean().default(false),
  })
  .superRefine((settings, context) => {
    const missing = certificates.filter((name) => settings[name] === undefined);
    const isCertificateMode = missing.length < certificates.length;
    const needed = isCertificateMode ? missing : settings.alipay_public_key === undefined ? (['alipay_public_key'] as const) : [];
    for (const name of needed) {
      const message = isCertificateMode ? 'is missing: certificate mode needs app_cert, alipay_root_cert and alipay_cert' : 'is missing';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });
export type AlipaySettings = z.infer<typeof alipaySettings>;

/** The keys and certificates of an app's settings. */
export interface AlipayKeys {
  own: KeyObject;
  platformKey: KeyObject;
  /** Parameters that name the certificates; empty without certificate mode. */
  serials: Record<string, string>;
  /** The name of the certificate that must have signed replies; undefined without certificate mode. */
  alipaySerial: string | undefined;
}

const read = new WeakMap<AlipaySettings, AlipayKeys>();

/** Reads an app's keys once. */
export function keysOf(settings: AlipaySettings): AlipayKeys {
  const known = read.get(settings);
  if (known) return known;
  const { private_key, alipay_public_key, app_cert, alipay_root_cert, alipay_cert } = settings;
  const [own] = certificatesIn(app_cert);
  const [alipay] = certificatesIn(alipay_cert);
  const keys = {
    own: required(readPrivateKey(private_key)),
    platformKey: required(alipay ? alipay.publicKey : readPublicKey(alipay_public_key ?? '')),
    serials: own ? { app_cert_sn: serialOf(own), alipay_root_cert_sn: rootSerialOf(certificatesIn(alipay_root_cert)) } : {},
    alipaySerial: alipay && serialOf(alipay),
  };
  read.set(settings, keys);
  return keys;
}

const certificatesIn = (text: string | undefined): X509Certificate[] => (text === undefined ? [] : (readCertificates(text) ?? []));

function required(key: KeyObject | undefined): KeyObject {
  if (!key) throw new Error('a key of a parsed setting cannot be read');
  return key;
}
