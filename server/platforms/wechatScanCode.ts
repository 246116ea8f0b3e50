import { UpstreamError } from '../upstream/errors.ts';
import { Picture } from '../upstream/picture.ts';
import { throwErrcode } from './errcodes.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import type { ScanCode } from './platform.ts';
import { postWithToken } from './wechatCalls.ts';
import { tokenCallErrors } from './wechatRequests.ts';
import { type ScanCodeSettings, scanCodeSettings, type WechatCredentials } from './wechatSettings.ts';

/** Its defaults, for an entry without it. */
const usual = scanCodeSettings.parse({});

/** 41030: the page. 40097 and 47001: another parameter. 40129 and 40169: the scene. */
const drawErrors: ErrorTable = {
  ...tokenCallErrors,
  '40097': misconfigured('scan_code: the platform refuses one of its values'),
  '40129': 'platform_failed',
  '40169': 'platform_failed',
  '41030': misconfigured('scan_code.page: the released mini-program has no such page; check_path: false allows it before the release'),
  '45009': 'platform_rate_limited',
};

/** WeChat's code of a mini-program, of which an app may have any number (docs/platforms.md, 1.8). */
export const wechatScanCode = (settings: WechatCredentials & { scan_code?: ScanCodeSettings | undefined }): ScanCode => ({
  async draw(scene, upstream) {
    const body = { scene, ...(settings.scan_code ?? usual) };
    const answer = await postWithToken('/wxa/getwxacodeunlimit', body, settings, upstream, 'requestPicture');
    if (answer instanceof Picture) return answer;
    throwErrcode(answer, upstream, drawErrors);
    throw new UpstreamError('failed', { detail: { fault: 'neither a picture nor an error' } });
  },
});
