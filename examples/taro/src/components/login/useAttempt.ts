import type { CurrentUser } from 'miniprogram-login-client';
import { messageFor } from 'miniprogram-login-client/messages';
import { useRef, useState } from 'react';

interface Outcome {
  onSuccess(user: CurrentUser): void;
  onError?: ((error: unknown) => void) | undefined;
}

/** 登录的状态：一次只执行一个，没有同意协议时不执行，失败后显示给用户看的原因。 */
export function useAttempt(agreed: boolean, { onSuccess, onError }: Outcome) {
  // 连续两次点击看到的是同一次渲染，所以不能只看 state。
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');
  const [declined, setDeclined] = useState(false);

  /** @returns 是否已同意协议；没有则提示 */
  function mayStart(): boolean {
    setMessage(agreed ? '' : '请先阅读并同意用户协议和隐私政策');
    setDeclined(false);
    return agreed;
  }

  /** 显示一次失败。文字给用户看；原因给开发者看，例如没有调用 BaaS.init。 */
  function showError(error: unknown) {
    console.warn(error);
    setDeclined(error instanceof Error && 'code' in error && error.code === 603);
    setMessage(messageFor(error));
    onError?.(error);
  }

  async function attempt(login: () => Promise<CurrentUser>) {
    if (running.current || !mayStart()) return;
    running.current = true;
    setBusy(true);
    try {
      onSuccess(await login());
    } catch (error) {
      showError(error);
    }
    running.current = false;
    setBusy(false);
  }

  return { busy, message, declined, mayStart, showError, attempt };
}
