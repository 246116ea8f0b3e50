/**
 * Selects the identity that an operator means.
 *
 * @param platformApp the platform app's id, if the operator named it
 * @param missing error text if there is no identity
 * @throws if there is no identity, or several and no `platformApp`
 */
export function requireOne<Row extends { platform_app_id: string }>(
  rows: readonly Row[],
  platformApp: string | undefined,
  missing: string,
): Row {
  const [only, ...others] = platformApp === undefined ? rows : rows.filter((row) => row.platform_app_id === platformApp);
  if (!only) throw new Error(platformApp === undefined ? missing : `${missing} in its app ${platformApp}`);
  if (others.length === 0) return only;
  throw new Error(`--platform-app is needed: there is one in each of ${rows.map((row) => row.platform_app_id).join(', ')}`);
}
