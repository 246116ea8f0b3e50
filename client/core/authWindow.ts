import { clientError } from './errors.ts';
import type { WebLoginOptions, WebLoginResult } from './webLoginTypes.ts';
import type { OpenedWindow, PageElement, PageMessage, WebPage } from './webPage.ts';

/** Milliseconds between two looks at whether the person has closed the window. */
const lookAgain = 500;

/** Something that shows the auth page. */
interface Shown {
  /** The window whose messages count. */
  source(): unknown;
  close(): void;
}

/**
 * Shows the auth page in a window or a frame until it reports its result.
 *
 * @throws 613 if the person closes it, 614 if the login fails or the browser blocks the window
 */
export const showAuthPage = (page: WebPage, url: string, options: WebLoginOptions): Promise<WebLoginResult> =>
  new Promise((resolve, reject) => {
    const finish = () => page.removeEventListener('message', listen);
    const closed = () => {
      finish();
      reject(clientError(613));
    };
    const shown = options.mode === 'popup-iframe' ? showFrame(page, url, options, closed) : showWindow(page, url, options, closed);
    const listen = ({ origin, source, data }: PageMessage) => {
      if (origin !== page.location.origin || source !== shown?.source() || !isResult(data)) return;
      if (data.status === 'success' || !options.debug) {
        finish();
        shown?.close();
      }
      if (data.status === 'success') resolve(data);
      else reject(clientError(614, data.error));
    };
    if (!shown) return reject(clientError(614, 'the browser blocked the window'));
    page.addEventListener('message', listen);
  });

const isResult = (data: unknown): data is WebLoginResult =>
  typeof data === 'object' && data !== null && 'status' in data && (data.status === 'success' || data.status === 'fail');

function showWindow(page: WebPage, url: string, { windowFeatures }: WebLoginOptions, closed: () => void): Shown | undefined {
  const opened: OpenedWindow | null = page.open(url, 'third party authorization', windowFeatures);
  if (!opened) return undefined;
  let timer: ReturnType<typeof setTimeout>;
  const look = () => {
    timer = setTimeout(() => (opened.closed ? closed() : look()), lookAgain);
  };
  look();
  return {
    source: () => opened,
    close() {
      clearTimeout(timer);
      opened.close();
    },
  };
}

const containerStyle = 'position:fixed;left:0;top:0;width:100%;height:100%;background:#fff;z-index:1000';
const frameStyle = 'border:none;width:100%;height:100%';
const buttonStyle = 'position:absolute;top:16px;right:16px;width:44px;font:32px/44px sans-serif;text-align:center;cursor:pointer';

function showFrame(page: WebPage, url: string, { authModalStyle = {} }: WebLoginOptions, closed: () => void): Shown {
  const { document } = page;
  const make = (name: 'div' | 'iframe', id: string, css: string, own: Record<string, string> = {}) => {
    const element: PageElement = document.createElement(name);
    element.id = id;
    element.style.cssText = css;
    Object.assign(element.style, own);
    return element;
  };
  const container = make('div', 'auth-iframe__container', containerStyle, authModalStyle.container);
  const frame = make('iframe', 'auth-iframe__iframe', frameStyle, authModalStyle.iframe);
  const button = make('div', 'auth-iframe__close-btn', buttonStyle, authModalStyle.closeButton);
  // From version 142 on, Chrome asks for it before WeChat's page may reach the WeChat on the same computer.
  frame.allow = 'local-network-access';
  frame.src = url;
  button.textContent = '×';
  button.setAttribute('role', 'button');
  button.setAttribute('aria-label', 'close');
  container.appendChild(frame);
  container.appendChild(button);
  const close = () => container.remove();
  button.addEventListener('click', () => {
    close();
    closed();
  });
  document.body.appendChild(container);
  return { source: () => frame.contentWindow, close };
}
