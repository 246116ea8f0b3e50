import { messageFor } from 'miniprogram-login-client/messages';
import { BaaS, type CurrentUser } from 'miniprogram-login-client/web';
import { renderSVG } from 'uqr';
import { at } from './dom';

type Shown = Awaited<ReturnType<typeof BaaS.auth.startScanLogin>>;

/** 显示二维码并等待手机确认。@param enter 接收手机确认后的用户 */
export function createScanCode(enter: (user: CurrentUser) => void) {
  let turn = 0;
  let waiting: Shown | undefined;

  function stop() {
    turn++;
    waiting?.stop();
    waiting = undefined;
  }

  async function show() {
    stop();
    const mine = turn;
    const say = (text: string) => {
      at('status').textContent = text;
    };
    at('refresh').hidden = true;
    say('');
    try {
      const shown = await BaaS.auth.startScanLogin();
      // 等待期间又换了新码，或者换了登录方式。
      if (mine !== turn) return;
      waiting = shown;
      draw(shown);
      enter(await shown.wait((status) => status === 'scanned' && say('已扫码，请在手机上确认')));
    } catch (error) {
      if (mine !== turn) return;
      say(isExpired(error) ? '二维码已失效' : messageFor(error));
      at('refresh').hidden = false;
    }
  }

  return { show, stop };
}

/** 应用没有配置图片时，服务只给出链接，由页面画成二维码。 */
function draw({ picture, link, check_code }: Shown) {
  const image = new Image();
  image.src = picture ?? `data:image/svg+xml,${encodeURIComponent(renderSVG(link ?? ''))}`;
  image.alt = '登录二维码';
  at('code').replaceChildren(image);
  at('digits').textContent = check_code;
}

const isExpired = (error: unknown) => error instanceof Error && 'code' in error && error.code === 614;
