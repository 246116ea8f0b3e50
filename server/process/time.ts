/** @param unixSeconds as the store keeps times */
export const toIso = (unixSeconds: number): string => new Date(unixSeconds * 1000).toISOString();

export const unixNow = (): number => Math.floor(Date.now() / 1000);

/**
 * Seconds that the clocks of two processes may differ by (five minutes, as in Kerberos: RFC 4120, section 8.2). A stored time further ahead
 * than this and its lifetime cannot be true: it was written while a clock was ahead.
 */
export const clockSkew = 300;

/** The latest plausible expiry of something with this lifetime, in seconds. */
export const latestEnd = (now: number, lifetime: number): number => now + lifetime + clockSkew;
