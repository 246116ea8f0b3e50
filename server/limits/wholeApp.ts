/**
 * Strips the environment from a tenant's id, for counts that all environments share.
 *
 * @param tenantId a tenant's id, or a client id and environment
 */
export const wholeApp = (tenantId: string): string => tenantId.split('/', 1)[0] ?? tenantId;
