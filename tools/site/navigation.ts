import type { Language } from '../translations/derivedTexts.ts';
import { addressWithLanguage, type Page, titleOf } from './pages.ts';

/** The groups at the side, each with its pages by address, in order; `*` is all that remain in a folder. */
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
      '/guides/*',
    ],
  },
  {
    title: { en: 'Apps', 'zh-CN': '客户端' },
    paths: ['/client/*', '/published-sdk', '/web-login', '/profiles', '/real-phone', '/privacy', '/examples/clients/*'],
  },
  {
    title: { en: 'Back ends', 'zh-CN': '业务后端' },
    paths: ['/verify-sessions', '/webhooks', '/hooks', '/examples/backends/*', '/examples/*'],
  },
  {
    title: { en: 'Operation', 'zh-CN': '部署与运维' },
    paths: ['/deploy/', '/security', '/deploy/*', '/changelog', '/import/*'],
  },
  {
    title: { en: 'Background', 'zh-CN': '原理与依据' },
    paths: ['/protocol', '/platforms', '/decisions/', '/decisions/*'],
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

/** The pages at the side in a language; a page that this language lacks leads to the other one. */
export function sidebar(pages: readonly Page[], language: Language): SidebarGroup[] {
  const byPath = new Map<string, Page>();
  for (const page of pages) if (page.language === language || !byPath.has(page.path)) byPath.set(page.path, page);
  const left = new Set(byPath.keys());
  const take = (pattern: string): string[] => {
    const taken = [...left].filter((path) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
    for (const path of taken) left.delete(path);
    return taken;
  };
  const sections = groups.map(({ title, paths }, index) => ({
    text: title[language],
    // Long groups at the end open on a click.
    collapsed: index > 1,
    items: paths.flatMap(take).map((path) => {
      const page = byPath.get(path) as Page;
      const mark = page.language === language ? '' : notTranslated[language];
      return { text: titleOf(page) + mark, link: addressWithLanguage(page) };
    }),
  }));
  if (left.size > 0) throw new Error(`navigation.ts has no place for ${[...left].join(', ')}`);
  return sections;
}
