import { Button, Checkbox, CheckboxGroup, Input, Label, Text, View } from '@tarojs/components';
import { BaaS, type CurrentUser } from 'miniprogram-login-client';
import { type PropsWithChildren, useState } from 'react';
import { platform } from './platform';
import { useAttempt } from './useAttempt';
import { useEarlyCode } from './useEarlyCode';
import { useSmsCode } from './useSmsCode';
import './index.css';

interface Props {
  /** 平台按钮是否同时请求昵称和头像。微信不再给出，改用 chooseAvatar 按钮和 setProfile。 */
  profile?: boolean;
  onSuccess(user: CurrentUser): void;
  onError?(error: unknown): void;
  /** 用户要阅读的协议。 */
  onAgreement(page: 'terms' | 'privacy'): void;
}
type ProfileGrant = Parameters<typeof BaaS.auth.loginWithProfile>[0];
type PhoneGrant = Parameters<typeof BaaS.auth.loginWithPhone>[0];

declare const my: { getPhoneNumber(callbacks: { success(phone: unknown): void; fail(failure: unknown): void }): void };

export function Login({ profile = false, onSuccess, onError, onAgreement, children }: PropsWithChildren<Props>) {
  const [agreed, setAgreed] = useState(false);
  const [bySms, setBySms] = useState(!platform);
  const earlyCode = useEarlyCode();
  const sms = useSmsCode();
  const { busy, message, declined, mayStart, showError, attempt } = useAttempt(agreed, {
    onSuccess,
    onError(error) {
      earlyCode.renew();
      onError?.(error);
    },
  });

  // 同意协议之前不调用宿主的登录。
  function tick() {
    setAgreed(!agreed);
    if (!agreed) earlyCode.renew();
  }

  // 用户拒绝过一次以后，同一个按钮不带资料登录。
  const asked = profile && agreed && !declined ? platform?.profile : undefined;
  const loginWithProfile = (grant?: ProfileGrant) => attempt(() => BaaS.auth.loginWithProfile(grant));
  const tapPlatform = () => (asked === 'dialog' ? loginWithProfile() : attempt(() => BaaS.auth.login()));

  const loginWithPhone = (grant: unknown) => attempt(() => BaaS.auth.loginWithPhone(grant as PhoneGrant, earlyCode.options()));
  const loginWithAlipayPhone = () => my.getPhoneNumber({ success: loginWithPhone, fail: loginWithPhone });

  const sendCode = () => mayStart() && sms.send().catch(showError);
  const loginBySms = () => attempt(() => BaaS.auth.loginWithSmsVerificationCode(sms.phone, sms.code));

  return (
    // H5 的按钮把 disabled="false" 也当作禁用，所以不禁用时不写这个属性。
    <View className="login">
      {children}
      {!bySms && asked === 'button' && (
        <Button
          className="login-main"
          disabled={busy || undefined}
          openType="getUserInfo"
          onGetUserInfo={(event) => loginWithProfile(event as ProfileGrant)}
        >
          {platform?.name}登录
        </Button>
      )}
      {!bySms && asked !== 'button' && (
        <Button className="login-main" disabled={busy || undefined} onClick={tapPlatform}>
          {declined ? '不授权，直接登录' : `${platform?.name}登录`}
        </Button>
      )}
      {!bySms && platform?.phone && !agreed && <Button onClick={mayStart}>手机号一键登录</Button>}
      {!bySms && platform?.phone === 'getPhoneNumber' && agreed && (
        <Button disabled={busy || undefined} openType="getPhoneNumber" onGetPhoneNumber={loginWithPhone}>
          手机号一键登录
        </Button>
      )}
      {!bySms && platform?.phone === 'getAuthorize' && agreed && (
        <Button
          disabled={busy || undefined}
          openType="getAuthorize"
          scope="phoneNumber"
          onGetAuthorize={loginWithAlipayPhone}
          onError={loginWithPhone}
        >
          手机号一键登录
        </Button>
      )}

      {bySms && (
        <>
          <Input
            className="login-input"
            type="number"
            maxlength={11}
            placeholder="手机号"
            value={sms.phone}
            onInput={({ detail }) => sms.setPhone(detail.value)}
          />
          <View className="login-row">
            <Input
              className="login-input"
              type="number"
              maxlength={6}
              placeholder="验证码"
              value={sms.code}
              onInput={({ detail }) => sms.setCode(detail.value)}
            />
            <Button
              className={sms.secondsLeft > 0 ? 'login-code login-waiting' : 'login-code'}
              disabled={sms.secondsLeft > 0 || undefined}
              onClick={sendCode}
            >
              {sms.secondsLeft > 0 ? `${sms.secondsLeft} 秒后重发` : '获取验证码'}
            </Button>
          </View>
          <Button className="login-main" disabled={busy || undefined} onClick={loginBySms}>
            登录
          </Button>
        </>
      )}

      <View className="login-agreement">
        <CheckboxGroup onChange={tick}>
          <Label className="login-agree">
            <Checkbox className="login-checkbox" value="agreed" color="#07c160" checked={agreed} />
            我已阅读并同意
          </Label>
        </CheckboxGroup>
        <Text className="login-link" onClick={() => onAgreement('terms')}>
          《用户协议》
        </Text>
        <Text>和</Text>
        <Text className="login-link" onClick={() => onAgreement('privacy')}>
          《隐私政策》
        </Text>
      </View>
      {message && <View className="login-message">{message}</View>}
      {platform && (
        <View className="login-link login-other" onClick={() => setBySms(!bySms)}>
          {bySms ? '其他登录方式' : '短信验证码登录'}
        </View>
      )}
    </View>
  );
}
