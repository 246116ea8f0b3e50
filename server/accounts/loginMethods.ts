import type { App, LoginMethod } from '../config/apps.ts';
import { ApiError } from '../errors.ts';

/** @throws login_method_disabled if the app's `login_methods` do not list it */
export function requireLoginMethod({ login_methods }: App, method: LoginMethod): void {
  if (!login_methods.includes(method)) throw loginDisabled(method);
}

/** @param names login methods or platforms, as the app's settings name them; one of them would do */
export const loginDisabled = (...names: string[]): ApiError =>
  new ApiError('login_method_disabled', {
    text: { en: `Please enable ${names.join(' or ')} login first.`, zh: `请先启用 ${names.join(' 或 ')} 登录。` },
  });
