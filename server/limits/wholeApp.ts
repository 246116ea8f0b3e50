/**
 * An app with all its environments, for what must not be had once for each of them.
 *
 * @param appId the app's client id, followed by `/` and an environment's name where it is one
 */
export const wholeApp = (appId: string): string => appId.split('/', 1)[0] ?? appId;
