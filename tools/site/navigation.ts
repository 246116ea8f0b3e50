import type { Language } from '../translations/derivedTexts.ts';
import { addressWithLanguage, type Page, titleOf } from './pages.ts';

/** The groups at the side, each with its pages by address, in order; `*` is the rest of a folder. */
const groups = [
  {
    title: { en: 'Start', 'zh-CN': '开始' },
    paths: ['/start', '/recipes', '/operations', '/errors'],
  },
  {
    title: { en: 'Platforms', 'zh-CN': '各平台接入' },
    paths: [
      '/guides/',
      '/guides/wechat',
      '/guides/qq',
      '/guides/baidu',
      '/guides/kuaishou',
      '/guides/jd',
      '/guides/alipay',
      '/guides/bytedance',
      '/guides/xiaohongshu',
      '/guides/web',
      '/guides/real-phone',
      '/guides/privacy',
      '/guides/getuserinfo',
      '/guides/*',
    ],
  },
  {
    title: { en: 'Apps', 'zh-CN': '客户端' },
    paths: ['/client/*', '/client', '/published-sdk', '/web-login', '/examples/*'],
  },
  {
    title: { en: 'Back ends', 'zh-CN': '业务后端' },
    paths: ['/verify-sessions', '/webhooks', '/hooks', '/examples/backends/*'],
  },
  {
    title: { en: 'Operation', 'zh-CN': '部署与运维' },
    paths: ['/deploy/', '/security', '/deploy/*', '/changelog', '/import/*'],
  },
  {
    title: { en: 'Background', 'zh-CN': '原理与依据' },
    paths: ['/protocol', '/platforms', '/*', '/decisions/', '/decisions/*'],
  },
  {
    title: { en: 'Contributing', 'zh-CN': '参与开发' },
    paths: ['/contributing/', '/contributing/*', '/test/', '/test/*', '/server/*', '/code_of_conduct'],
  },
] as const;

const notTranslated: Record<Language, string> = { en: ' (in Chinese)', 'zh-CN': '（英文）' };

export interface SidebarGroup {
  text: string;
  collapsed: boolean;
  items: { text: string; link: string }[];
}

/** A page's own address if a group names it, or else the longest pattern that it fits. */
const patternOf = (path: string): string => {
  const patterns = groups.flatMap(({ paths }): readonly string[] => paths);
  const fitting = patterns.filter((pattern) => pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));
  return patterns.includes(path) ? path : (fitting.sort((one, other) => other.length - one.length)[0] ?? '/*');
};

/** The pages at the side in a language; a page that this language lacks leads to the other one. */
export function sidebar(pages: readonly Page[], language: Language): SidebarGroup[] {
  const byPath = new Map<string, Page>();
  for (const page of pages) if (page.language === language || !byPath.has(page.path)) byPath.set(page.path, page);
  const taken = new Map<string, string[]>();
  for (const path of byPath.keys()) {
    const pattern = patternOf(path);
    taken.set(pattern, [...(taken.get(pattern) ?? []), path]);
  }
  return groups.map(({ title, paths }, index) => {
    const items = paths.flatMap((pattern) => taken.get(pattern) ?? []).map((path) => byPath.get(path) as Page);
    const isForeign = items.every((page) => page.language !== language);
    return {
      text: title[language] + (isForeign ? notTranslated[language] : ''),
      // Long groups at the end open on a click.
      collapsed: index > 1,
      items: items.map((page) => ({
        text: titleOf(page) + (page.language === language || isForeign ? '' : notTranslated[language]),
        link: addressWithLanguage(page),
      })),
    };
  });
}
