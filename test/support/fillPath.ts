/**
 * Fills in a path's parameters.
 *
 * @param others value of parameters that are not given, if any
 * @throws if a value is missing
 */
export const fillPath = (path: string, values: Record<string, string | number>, others?: number): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? others;
    if (value === undefined) throw new Error(`no value for the parameter ${name} of ${path}`);
    return encodeURIComponent(value);
  });
