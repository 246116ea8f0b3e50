import { type Device, factsOf } from './platforms.ts';

/** Faults of a phone, its host app or the platform. */
export const faults = [
  'none',
  'used_code',
  'busy',
  'rate_limited',
  'slow',
  'html',
  'hang',
  'declines',
  'mistypes',
  'placeholder',
  'bad_signature',
  'stale_key',
  'another_person',
  'wrong_client',
  'offline',
  'silent_host',
] as const;
export type Fault = (typeof faults)[number];
export const isFault = (value: unknown): value is Fault => faults.some((name) => name === value);

/** Faults of the platform, as the sandbox plays them for one code. */
export const platformFaults: Partial<Record<Fault, { kind: string; delay_ms?: number }>> = {
  busy: { kind: 'busy' },
  rate_limited: { kind: 'rate_limited' },
  slow: { kind: 'slow', delay_ms: 1500 },
  html: { kind: 'html' },
  hang: { kind: 'hang' },
};

/** Ways in which the sandbox tampers with the data of a dialog. */
export const tampers: Partial<Record<Fault, string>> = {
  bad_signature: 'bad_signature',
  stale_key: 'stale_key',
  another_person: 'wrong_openid',
};

/** The faults of a page in a browser, which has no host app. */
const webFaults: Fault[] = ['none', 'mistypes', 'wrong_client', 'offline'];

/** The faults that can happen on a device. */
export const faultsOf = (platform: Device): Fault[] => {
  if (platform === 'web') return webFaults;
  const { seals, signs, phone } = factsOf(platform);
  const missing: Fault[] = [
    ...(signs || phone === 'signed' ? [] : (['bad_signature'] as const)),
    ...(seals ? [] : (['stale_key'] as const)),
    ...(seals && platform !== 'baidu' ? [] : (['another_person'] as const)),
  ];
  return faults.filter((fault) => !missing.includes(fault));
};
