import { onUnmounted, ref } from 'vue';
import { BaaS } from '../../js_sdk';

/** 服务端对同一个号码，每分钟发送一次。 */
const pauseSeconds = 60;

/** 手机号、验证码，以及再次发送之前剩余的秒数。 */
export function useSmsCode() {
  const phone = ref('');
  const code = ref('');
  const secondsLeft = ref(0);
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop() {
    clearInterval(timer);
    secondsLeft.value = 0;
  }
  onUnmounted(stop);

  async function send() {
    if (secondsLeft.value > 0) return;
    secondsLeft.value = pauseSeconds;
    timer = setInterval(() => {
      if (--secondsLeft.value <= 0) stop();
    }, 1000);
    try {
      await BaaS.sendSmsCode({ phone: phone.value });
    } catch (error) {
      stop();
      throw error;
    }
  }

  return { phone, code, secondsLeft, send };
}
