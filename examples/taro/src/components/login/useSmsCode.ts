import { BaaS } from 'miniprogram-login-client';
import { useEffect, useState } from 'react';

/** 服务端对同一个号码，每分钟发送一次。 */
const pauseSeconds = 60;

/** 手机号、验证码，以及再次发送之前剩余的秒数。 */
export function useSmsCode() {
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState('');
  const [secondsLeft, setSecondsLeft] = useState(0);

  useEffect(() => {
    if (secondsLeft === 0) return;
    const timer = setTimeout(() => setSecondsLeft(secondsLeft - 1), 1000);
    return () => clearTimeout(timer);
  }, [secondsLeft]);

  async function send() {
    if (secondsLeft > 0) return;
    setSecondsLeft(pauseSeconds);
    try {
      await BaaS.sendSmsCode({ phone });
    } catch (error) {
      setSecondsLeft(0);
      throw error;
    }
  }

  return { phone, setPhone, code, setCode, secondsLeft, send };
}
