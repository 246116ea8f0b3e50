/** `yyyy-MM-dd HH:mm:ss` in Beijing, which keeps UTC+8 all year. */
export function beijingTime(unixSeconds: number): string {
  return new Date((unixSeconds + 8 * 3600) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
