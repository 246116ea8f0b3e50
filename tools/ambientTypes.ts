/**
 * The package's declarations of global objects, for `types` in a project's tsconfig: `globals/<platform>` of our client's built files, which set
 * `wx.BaaS` and the like, and `minapp-sdk` of the published SDK, which has no types.
 */
import { hostObjects } from '../client/core/hostObjects.ts';

/** Declares `BaaS` of a host's global object, which other typings may declare as well. */
function onHost(platform: string, host: string, type: string): string {
  // The type of `wx` in miniprogram-api-typings.
  if (platform === 'wechat') return `declare namespace WechatMiniprogram {\n  interface Wx {\n    BaaS: ${type};\n  }\n}\n`;
  if (platform === 'web') return `interface Window {\n  BaaS: ${type};\n}\ndeclare const BaaS: ${type};\n`;
  return `declare namespace ${host} {\n  const BaaS: ${type};\n}\n`;
}

const published = (name: string) => `import('../miniprogram/core/publishedSdk').${name}`;
const ofPackage = (module: string, type: string) => `declare module '${module}' {\n  const BaaS: ${type};\n  export = BaaS;\n}\n`;

/** The declarations by their files, and a module without a value for those who import them. */
export const ambientDeclarations = (): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(hostObjects).map(([platform, host]) => [
      `globals/${platform}.d.ts`,
      onHost(platform, host, `import('../miniprogram/${platform}').BaaS`),
    ]),
  ),
  'globals/nothing.js': '',
  'minapp-sdk/index.d.ts': `${ofPackage('minapp-sdk', published('PublishedWechat'))}${onHost('wechat', 'wx', published('PublishedWechat'))}`,
  'minapp-sdk/web.d.ts': `${ofPackage('minapp-sdk', published('PublishedWeb'))}${onHost('web', 'window', published('PublishedWeb'))}`,
});

const types = (file: string) => ({ types: `./${file}`, default: './globals/nothing.js' });

export const ambientExports = (): Record<string, object> => ({
  ...Object.fromEntries(Object.keys(hostObjects).map((platform) => [`./globals/${platform}`, types(`globals/${platform}.d.ts`)])),
  './minapp-sdk': types('minapp-sdk/index.d.ts'),
  './minapp-sdk/web': types('minapp-sdk/web.d.ts'),
});
