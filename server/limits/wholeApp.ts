/**
 * A pool or client id without the environment, for what all environments share.
 *
 * @param appId a tenant's id, or an app's own side of it
 */
export const wholeApp = (appId: string): string => appId.split('/', 1)[0] ?? appId;
