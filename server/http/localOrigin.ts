/** Whether a page comes from the person's own machine, on any port: a web project during development. */
export const isLocalOrigin = (origin: string): boolean => /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
