/** An app at a platform as one of the platform's host apps runs it. Openids differ between host apps, so each counts as a separate app. */
export const inHostApp = (platformAppId: string, hostApp: string): string => `${platformAppId}/${hostApp}`;

/** Whether a stored platform app id is the app's, in any host app. */
export const isOfApp = (platformAppId: string | undefined, stored: string | null): boolean =>
  platformAppId !== undefined && (stored === platformAppId || stored?.startsWith(`${platformAppId}/`) === true);

/** The app's id without a host app. */
export const outsideHostApp = (platformAppId: string): string => platformAppId.replace(/\/[^/]*$/, '');
