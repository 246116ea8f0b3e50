/** A path of the contract without what people get wrong in it: the version, the slash at the end, WeChat's own word for a link. */
const outlineOf = (path: string): string =>
  path
    .toLowerCase()
    .replace(/^\/*(hserve\/)?(v[\d.]+\/)?/, '')
    .replace(/\/+$/, '')
    .replace(/associat(e|ion)$/, 'associat')
    .replaceAll(/(?<=\/)(\d+|\{\w+\})(?=\/|$)/g, ':');

/** @param paths the contract's, of which the first wins */
export function createNearestPath(paths: readonly string[]): (path: string) => string | undefined {
  const byOutline = new Map(paths.toReversed().map((path) => [outlineOf(path), path]));
  return (path) => byOutline.get(outlineOf(path));
}
