/** @param unixSeconds as the store keeps times */
export const toIso = (unixSeconds: number): string => new Date(unixSeconds * 1000).toISOString();

export const unixNow = (): number => Math.floor(Date.now() / 1000);
