/** Fills in a path's parameters. @throws if a value is missing */
export const fillPath = (path: string, values: Record<string, string | number>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for the parameter ${name} of ${path}`);
    return encodeURIComponent(value);
  });
