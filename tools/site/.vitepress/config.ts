import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { headingAnchor } from '../../../client/playground/docsAnchors.ts';
import { docsNavigation } from '../../../server/http/docsNavigation.ts';
import { icon } from '../../../server/http/icon.ts';
import type { SidebarGroup } from '../navigation.ts';
import { indexTerms } from '../tokenize.ts';

// `tools/site/build.ts` writes the pages and what is at their side.
const base = process.env.DOCS_BASE ?? '/docs/';
const sidebars: Record<'en' | 'zh-CN', SidebarGroup[]> = JSON.parse(readFileSync('.cache/site/sidebars.json', 'utf8'));

const navigation = (language: 'en' | 'zh-CN') => {
  const { reference, pages } = docsNavigation[language];
  return [
    ...pages.map(({ path, text }) => ({ text, link: `/${path}` })),
    // Not a page of VitePress: the browser has to load it.
    { text: reference.text, link: `/${reference.path}`, target: '_self' },
  ];
};

export default defineConfig({
  srcDir: '../../.cache/site/pages',
  outDir: '../../dist/docs',
  cacheDir: '../../.cache/site/vite',
  base,
  title: docsNavigation.en.title,
  cleanUrls: true,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  // The build checks every link and anchor of the finished site itself.
  ignoreDeadLinks: true,
  metaChunk: true,
  vite: { build: { chunkSizeWarningLimit: 4096 }, logLevel: 'warn' },
  markdown: {
    html: false,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: headingAnchor },
    config(md) {
      // Markdown's writers mean no link by `//`.
      md.linkify.add('//', null);
      // Vue would compute what is between two braces.
      for (const rule of ['text', 'code_inline'] as const) {
        const render = md.renderer.rules[rule];
        md.renderer.rules[rule] = (...token) => render?.(...token).replaceAll('{{', '&#123;&#123;') ?? '';
      }
      // Links to the reference and to the server's other pages leave VitePress.
      md.core.ruler.push('reference', ({ tokens }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const [, path = ''] = /^\/((?:zh-CN)?\/?#.*|zh-CN|\.\.\/.*)$/.exec(token.attrGet('href') ?? '') ?? [];
          if (token.type !== 'link_open' || path === '') continue;
          const { pathname, search, hash } = new URL(path, `http://site${base}`);
          token.attrSet('href', pathname.replace(/(?<=zh-CN)\/$/, '') + search + hash);
          token.attrSet('target', '_self');
        }
      });
    },
  },
  themeConfig: {
    logoLink: `${base}start`,
    search: {
      provider: 'local',
      options: {
        detailedView: true,
        // Not enumerable, so that VitePress uses it for the index and does not send its source to browsers, which must not compile any.
        miniSearch: Object.defineProperty({}, 'options', { value: { tokenize: indexTerms } }),
        locales: {
          'zh-CN': {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                displayDetails: '显示详情',
                resetButtonTitle: '清除',
                backButtonTitle: '关闭',
                noResultsText: '没有找到',
                footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: { nav: navigation('en'), sidebar: sidebars.en, outline: [2, 3] },
    },
    'zh-CN': {
      label: '中文',
      lang: 'zh-CN',
      title: docsNavigation['zh-CN'].title,
      themeConfig: {
        logoLink: `${base}zh-CN/start`,
        nav: navigation('zh-CN'),
        sidebar: sidebars['zh-CN'],
        outline: { level: [2, 3], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色',
        darkModeSwitchTitle: '切换到深色',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
        skipToContentLabel: '跳到正文',
        notFound: { title: '没有这个页面', quote: '地址可能有误，或页面已移动。', linkLabel: '回到首页', linkText: '回到首页' },
      },
    },
  },
});
