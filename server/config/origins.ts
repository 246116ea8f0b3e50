import { isLocalOrigin } from '../http/localOrigin.ts';
import { type App, localOrigins } from './apps.ts';

/** Whether a list of origins, or `local`, has an origin, which must be equal: one that begins or ends like it is another site. */
export const listsOrigin = (listed: readonly string[], origin: string): boolean =>
  listed.some((each) => (each === localOrigins ? isLocalOrigin(origin) : each === origin));

/** Whether an app lists a page's origin in `cors_origins`. */
export const allowsOrigin = ({ cors_origins }: Pick<App, 'cors_origins'>, origin: string): boolean => listsOrigin(cors_origins, origin);
