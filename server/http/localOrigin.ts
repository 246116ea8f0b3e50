/** Whether a page is served from the local machine, on any port, as web projects are during development. */
export const isLocalOrigin = (origin: string): boolean => /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
