import { type Device, factsOf } from '../platforms.ts';
import styles from './icons.module.css';
import { useLanguage } from './settings.ts';

const glyphs: Record<Device, string> = {
  wechat: '微',
  qq: 'Q',
  baidu: '百',
  kuaishou: '快',
  jd: '京',
  alipay: '支',
  bytedance: '抖',
  xiaohongshu: '红',
  web: 'W',
};

/** A platform's mark. @param label whether it has a name of its own, for places without text */
export function PlatformIcon({ platform, label = false }: { platform: Device; label?: boolean }) {
  const language = useLanguage();
  const name = label ? { role: 'img', 'aria-label': factsOf(platform).name[language], title: factsOf(platform).name[language] } : {};
  return (
    <span className={styles.icon} data-platform={platform} {...(label ? name : { 'aria-hidden': true })}>
      {glyphs[platform]}
    </span>
  );
}

/** The project's mark, a keyhole. */
export function Keyhole() {
  return (
    <svg className={styles.keyhole} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#07845a" />
      <circle cx="16" cy="12.5" r="5" fill="#fff" />
      <path d="M14 15h4l2.5 10h-9z" fill="#fff" />
    </svg>
  );
}

/** The signs of a phone's status bar. */
export function PhoneSigns() {
  return (
    <svg className={styles.signs} viewBox="0 0 44 12" aria-hidden="true">
      <path d="M0 8h2v3H0zM4 6h2v5H4zM8 3.500h2V11H8zM12 1h2v10h-2z" fill="currentColor" />
      <rect x="20.500" y="1.500" width="19" height="9" rx="2.500" fill="none" stroke="currentColor" />
      <rect x="22" y="3" width="14" height="6" rx="1.200" fill="currentColor" />
      <path d="M41 4.500c1.200.500 1.200 2.500 0 3z" fill="currentColor" />
    </svg>
  );
}
