/** An app at a platform as one of the platform's host apps runs it. Openids differ between host apps, so each counts as a separate app. */
export const inHostApp = (platformAppId: string, hostApp: string): string => `${platformAppId}/${hostApp}`;

/** Whether a stored platform app id is the app's, in any host app. */
export const isOfApp = (platformAppId: string | undefined, stored: string | null): boolean =>
  platformAppId !== undefined && (stored === platformAppId || stored?.startsWith(`${platformAppId}/`) === true);

/** Host apps without a name: a device without a person, and a second one that clients do not name. */
export const unnamedHostApps = { device: 'device', other: 'other' } as const;

/** The named host app of a stored platform app id. */
export function hostAppOf(platformAppId: string): string | undefined {
  const [, hostApp] = /\/([^/]+)$/.exec(platformAppId) ?? [];
  return hostApp === undefined || Object.hasOwn(unnamedHostApps, hostApp) ? undefined : hostApp;
}

/** The app's id without a host app. */
export const outsideHostApp = (platformAppId: string): string => platformAppId.replace(/\/[^/]*$/, '');

/** The name of a host app that a client sends, as one word that fits the column of platform app ids. */
export const hostAppNamed = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_.-]+/gu, '_')
    .slice(0, 64)
    .toWellFormed();
