import { type Ref, ref } from 'vue';
import { type CurrentUser, messageFor } from '../../js_sdk';

interface Outcome {
  succeed(user: CurrentUser): void;
  fail(error: unknown): void;
}

/** 登录的状态：一次只执行一个，没有同意协议时不执行，失败后显示给用户看的原因。 */
export function useAttempt(agreed: Ref<boolean>, { succeed, fail }: Outcome) {
  const busy = ref(false);
  const message = ref('');
  const declined = ref(false);

  /** @returns 是否已同意协议；没有则提示 */
  function mayStart(): boolean {
    message.value = agreed.value ? '' : '请先阅读并同意用户协议和隐私政策';
    declined.value = false;
    return agreed.value;
  }

  /** 显示一次失败。文字给用户看；原因给开发者看，例如没有调用 BaaS.init。 */
  function showError(error: unknown) {
    console.warn(error);
    declined.value = error instanceof Error && 'code' in error && error.code === 603;
    message.value = messageFor(error);
    fail(error);
  }

  async function attempt(login: () => Promise<CurrentUser>) {
    if (busy.value || !mayStart()) return;
    busy.value = true;
    try {
      succeed(await login());
    } catch (error) {
      showError(error);
    } finally {
      busy.value = false;
    }
  }

  return { busy, message, declined, mayStart, showError, attempt };
}
