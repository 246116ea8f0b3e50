import { type ReactNode, useRef } from 'react';
import { factsOf, isPlatform, type Platform, platformNames } from '../platforms.ts';
import { press } from '../presses/press.ts';
import { type State, usePlayground } from '../state.ts';
import type { Press, Step } from '../steps.ts';
import { useKeptFocus } from './keptFocus.ts';
import styles from './PhoneButtons.module.css';
import { useLanguage, useTexts } from './settings.ts';

/** The phone whose account this one can link to: another account, of the same person if there is one, with the most platforms. */
function targetOf({ phones, accounts }: State, platform: Platform): Platform | undefined {
  const { person, user } = phones[platform];
  const worth = (name: Platform) =>
    (phones[name].person === person ? 100 : 0) + (accounts.find(({ id }) => id === phones[name].user?.id)?.identities.length ?? 0);
  return platformNames
    .filter((name) => name !== platform && phones[name].user && phones[name].user.id !== user?.id)
    .sort((one, other) => worth(other) - worth(one))[0];
}

/** The buttons of the demo app. */
export function PhoneButtons({ platform }: { platform: Platform }) {
  const language = useLanguage();
  const t = useTexts();
  const state = usePlayground();
  const { user, busy, fault } = state.phones[platform];
  const account = state.accounts.find(({ id }) => id === user?.id);
  const target = targetOf(state, platform);
  const { phone, pushes } = factsOf(platform);
  const isLocked = busy || state.playing?.status === 'playing';
  const linked = account?.identities.map((identity) => identity.platform).filter(isPlatform) ?? [];

  const button = (name: Press, more: Partial<Step> = {}, text = t.presses[name]) => (
    <button
      key={name + text}
      type="button"
      // A disabled button would lose the focus of a person with a keyboard.
      aria-disabled={isLocked}
      className={name === 'login' ? styles.primary : undefined}
      onClick={() => !isLocked && press({ phone: platform, press: name, ...(fault !== 'none' && { fault }), ...more })}
    >
      {text}
    </button>
  );
  const link = target && button('link', { other: target }, t.linkTo(factsOf(target).name[language]));
  /** The session may be of this account without the platform being linked, after a login by SMS or password. */
  const linkHere = user && !linked.includes(platform) && button('link');

  if (!user) {
    return (
      <Buttons key="out">
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
      </Buttons>
    );
  }
  return (
    <Buttons key="in">
      {button('profile')}
      {phone && button('phone')}
      {linkHere}
      {link}
      {button('logout')}
      <details>
        <summary>{t.more}</summary>
        {button('refresh')}
        {linked.map((name) => button('unlink', { other: name }, t.unlinkFrom(factsOf(name).name[language])))}
        {button('name')}
        {pushes && button('withdraw')}
        {button('mail')}
        {button('register')}
        {user._closing_at === undefined ? button('close') : button('keep')}
      </details>
    </Buttons>
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
