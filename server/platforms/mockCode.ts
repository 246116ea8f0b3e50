import { ApiError } from '../errors.ts';

/** The login code of developer tools in a project without its own app id. No platform knows it; the sandbox does. */
export const mockCode = 'the code is a mock one';

/**
 * Refuses the developer tools' mock code before a platform sees it.
 *
 * @throws code_invalid
 */
export function refuseMockCode(code: string): void {
  if (code !== mockCode) return;
  throw new ApiError('code_invalid', {
    text: {
      en: "The login code is the mock code of the developer tools, which no platform knows: open the project with the app's own AppID (not a test one), log in to the tools as one of its developers, and request a code again.",
      zh: '这是开发者工具的模拟 code，平台并不认识：请用应用自己的 AppID（不是测试号）打开项目，以该应用开发者的身份登录开发者工具，再重新获取 code。',
    },
  });
}
