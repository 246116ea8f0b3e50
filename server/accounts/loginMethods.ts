import type { App, LoginMethod } from '../config/apps.ts';
import { ApiError } from '../errors.ts';

/** @throws login_method_disabled if the app's `login_methods` do not list it */
export function requireLoginMethod({ login_methods }: App, method: LoginMethod): void {
  if (!login_methods.includes(method)) {
    throw new ApiError('login_method_disabled', { message: `Please enable ${method} login first.` });
  }
}
