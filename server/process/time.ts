/** @param unixSeconds the store's unit of time */
export const toIso = (unixSeconds: number): string => new Date(unixSeconds * 1000).toISOString();

export const unixNow = (): number => Math.floor(Date.now() / 1000);

/**
 * Seconds by which the clocks of two processes may differ (five minutes, as in Kerberos: RFC 4120, section 8.2). A stored expiry that is
 * further ahead than this plus its lifetime was written while a clock was ahead.
 */
export const clockSkew = 300;

/** The latest plausible expiry of a row with this lifetime, in seconds. */
export const latestEnd = (now: number, lifetime: number): number => now + lifetime + clockSkew;
