import { type ErrorCode, type Text, textOf } from '../errors.ts';
import type { PlatformSettings } from './settings.ts';

/** The sandbox's endpoints that issue the codes rejected with these errors. */
const sources: { readonly [Code in ErrorCode]?: string } = { code_invalid: 'login', code_used: 'login', phone_code_invalid: 'phone' };

/** The path under which the sandbox simulates a platform, e.g. `/sandbox/wechat`; undefined for the platform itself. */
export const sandboxPath = ({ base_url }: PlatformSettings): string | undefined =>
  /\/sandbox\/\w+$/.exec(base_url === undefined ? '' : new URL(base_url).pathname)?.[0];

/** The public text for a code that the sandbox refuses, which names the source of its codes; undefined for other platforms. */
export function explainSandboxCode(code: ErrorCode, settings: PlatformSettings): Text | undefined {
  const path = sandboxPath(settings);
  const source = sources[code];
  if (path === undefined || source === undefined) return undefined;
  const [{ en, zh }, origin] = [textOf(code), `POST ${path}/${source} {"person":"larry"}`];
  return {
    en: `${en} This app's platform is the sandbox, which accepts only codes from ${origin}.`,
    zh: `${zh}该应用的平台是沙箱，只接受 ${origin} 给出的 code。`,
  };
}
