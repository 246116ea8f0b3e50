import type { App } from '../apps.ts';
import { ApiError } from '../errors.ts';

/** @throws login_method_disabled where the app does not offer the method */
export function requireLoginMethod(app: App, method: App['login_methods'][number]): void {
  if (!app.login_methods.includes(method)) throw new ApiError('login_method_disabled', { message: `Please enable ${method} login first.` });
}
