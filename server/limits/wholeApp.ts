/**
 * A pool or client id without the environment, for what all environments share.
 *
 * @param tenantId a tenant's id, or a client id and environment
 */
export const wholeApp = (tenantId: string): string => tenantId.split('/', 1)[0] ?? tenantId;
