import { type ReactNode, useRef } from 'react';
import { nicknameOf } from '../people.ts';
import { type Device, deviceNames, factsOf, isPlatform, type Platform, platformNames } from '../platforms.ts';
import { press } from '../presses/press.ts';
import { type State, usePlayground } from '../state.ts';
import type { Press, Step } from '../steps.ts';
import { useKeptFocus } from './keptFocus.ts';
import styles from './PhoneButtons.module.css';
import { useLanguage, useTexts } from './settings.ts';

/** Creates a press's button. */
type MakeButton = (name: Press, more?: Partial<Step>, text?: string) => ReactNode;

/** The device whose account this one can link to: another account, of the same person if there is one, with the most platforms. */
function targetOf({ phones, accounts }: State, device: Device): Device | undefined {
  const { person, user } = phones[device];
  const worth = (name: Device) =>
    (phones[name].person === person ? 100 : 0) + (accounts.find(({ id }) => id === phones[name].user?.id)?.identities.length ?? 0);
  return deviceNames
    .filter((name) => name !== device && phones[name].user && phones[name].user.id !== user?.id)
    .sort((one, other) => worth(other) - worth(one))[0];
}

/** The buttons of the demo app. */
export function PhoneButtons({ device }: { device: Device }) {
  const state = usePlayground();
  const t = useTexts();
  const { user, busy, fault } = state.phones[device];
  const isLocked = busy || state.playing?.status === 'playing';
  const button: MakeButton = (name, more = {}, text = t.presses[name]) => (
    <button
      key={name + text}
      type="button"
      // A disabled button would lose the focus of a person with a keyboard.
      aria-disabled={isLocked}
      className={name === 'login' || name === 'password_login' ? styles.primary : undefined}
      onClick={() => !isLocked && press({ phone: device, press: name, ...(fault !== 'none' && { fault }), ...more })}
    >
      {text}
    </button>
  );
  return (
    <Buttons key={user ? 'in' : 'out'}>
      {device === 'web' ? <PageButtons button={button} /> : <AppButtons platform={device} button={button} />}
      <OutsideButtons device={device} button={button} />
    </Buttons>
  );
}

/** Buttons of a mini-program. */
function AppButtons({ platform, button }: { platform: Platform; button: MakeButton }) {
  const language = useLanguage();
  const t = useTexts();
  const state = usePlayground();
  const { user } = state.phones[platform];
  const account = state.accounts.find(({ id }) => id === user?.id);
  const target = targetOf(state, platform);
  const { phone } = factsOf(platform);
  const linked = account?.identities.map((identity) => identity.platform).filter(isPlatform) ?? [];
  const link = target && button('link', { other: target }, t.linkTo(factsOf(target).name[language]));
  if (!user) {
    return (
      <>
        {button('login')}
        {button('profile')}
        {phone && button('phone')}
        {link}
        <details>
          <summary>{t.more}</summary>
          {button('sms')}
          {button('sms_login')}
          {button('password_login')}
        </details>
      </>
    );
  }
  return (
    <>
      {state.code && button('scan')}
      {button('profile')}
      {phone && button('phone')}
      {/* The session may be of this account without the platform being linked, after a login by SMS or password. */}
      {!linked.includes(platform) && button('link')}
      {link}
      {button('logout')}
      <details>
        <summary>{t.more}</summary>
        {button('avatar')}
        {button('name')}
        {button('refresh')}
        {linked.map((name) => button('unlink', { other: name }, t.unlinkFrom(factsOf(name).name[language])))}
        {button('mail')}
        {button('register')}
        {button('end_others')}
        {user._closing_at === undefined ? button('close') : button('keep')}
      </details>
    </>
  );
}

/** Buttons of the page in the browser. */
function PageButtons({ button }: { button: MakeButton }) {
  const t = useTexts();
  const { user } = usePlayground().phones.web;
  if (!user) {
    return (
      <>
        {button('password_login')}
        {button('qr')}
        {button('register')}
        <details>
          <summary>{t.more}</summary>
          {button('anonymous')}
          {button('sms')}
          {button('sms_login')}
        </details>
      </>
    );
  }
  return (
    <>
      {button('list')}
      {user._anonymous ? button('register') : button('name')}
      {button('logout')}
      <details>
        <summary>{t.more}</summary>
        {!user._anonymous && button('register')}
        {button('mail')}
        {button('end_others')}
        {user._closing_at === undefined ? button('close') : button('keep')}
      </details>
    </>
  );
}

/** Events at the platform, the carrier and the operator. */
function OutsideButtons({ device, button }: { device: Device; button: MakeButton }) {
  const t = useTexts();
  const { phones, accounts } = usePlayground();
  const { user, person } = phones[device];
  const { pushes, phone } = factsOf(device);
  const owner = platformNames.find((name) => phones[name].user?._phone && phones[name].person !== person);
  const events = [
    user && pushes && button('withdraw'),
    user && device === 'wechat' && button('leave_platform'),
    user?.avatar && device === 'wechat' && button('refuse_picture'),
    phone && owner && button('take_number', { other: owner }, t.takeNumberOf(nicknameOf(phones[owner].person))),
    ...(device === 'alipay' ? (['alipay_user_id', 'alipay_both_ids', 'alipay_open_id'] as const).map((name) => button(name)) : []),
    user && button('ban'),
    accounts.some((account) => account.person === person && account.isBanned) && button('unban'),
  ].filter(Boolean);
  if (events.length === 0) return null;
  return (
    <details>
      <summary>{t.outside}</summary>
      {events}
    </details>
  );
}

function Buttons({ children }: { children: ReactNode }) {
  const part = useRef<HTMLDivElement>(null);
  useKeptFocus(part);
  return (
    <div ref={part} className={styles.buttons}>
      {children}
    </div>
  );
}
