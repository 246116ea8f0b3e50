import { isLocalOrigin } from '../http/localOrigin.ts';
import { type App, localOrigins } from './apps.ts';

/** Whether an app lists a page's origin in `cors_origins`. */
export const allowsOrigin = ({ cors_origins }: Pick<App, 'cors_origins'>, origin: string): boolean =>
  cors_origins.some((listed) => (listed === localOrigins ? isLocalOrigin(origin) : listed === origin));
