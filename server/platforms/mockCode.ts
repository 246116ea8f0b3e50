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
    message:
      "The login code is the mock code of the developer tools, which no platform knows: open the project with the app's own AppID (not a test one), log in to the tools as one of its developers, and request a code again.",
  });
}
