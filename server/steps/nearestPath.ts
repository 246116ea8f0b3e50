/** Removes the parts of a path that callers often get wrong: the version, a trailing slash, `associate` for `association`. */
const outlineOf = (path: string): string =>
  path
    .toLowerCase()
    .replace(/^\/*(hserve\/)?(v[\d.]+\/)?/, '')
    .replace(/\/+$/, '')
    .replace(/associat(e|ion)$/, 'associat')
    .replaceAll(/(?<=\/)(\d+|\{\w+\})(?=\/|$)/g, ':');

/**
 * Suggests the contract's path for a mistyped one.
 *
 * @param paths the contract's paths; of similar ones, the first is suggested
 */
export function createNearestPath(paths: readonly string[]): (path: string) => string | undefined {
  const byOutline = new Map(paths.toReversed().map((path) => [outlineOf(path), path]));
  return (path) => byOutline.get(outlineOf(path));
}
