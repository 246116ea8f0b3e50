import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headingAnchor } from '../../../client/playground/docsAnchors.ts';
import { errorCodes } from '../../../generated/errors.ts';
import { deadLinks } from '../../../tools/site/deadLinks.ts';
import { externalScripts } from '../../../tools/site/externalScripts.ts';
import { withSiteLinks } from '../../../tools/site/links.ts';
import { firstSentence, llmsText } from '../../../tools/site/llms.ts';
import { sidebar } from '../../../tools/site/navigation.ts';
import { addressWithLanguage, type Page, titleOf } from '../../../tools/site/pages.ts';
import { sitePages, stubs } from '../../../tools/site/sitePages.ts';
import { indexTerms, queryTerms } from '../../../tools/site/tokenize.ts';
import { operationIds } from '../../support/contract.ts';
import { createFolder } from '../../support/folder.ts';

const pages = sitePages();
const languages = ['en', 'zh-CN'] as const;
const pageOf = (address: string): Page => pages.find((page) => addressWithLanguage(page) === address) ?? expect.unreachable(address);

describe('the site of the documentation', () => {
  it("has every page of the repository, except GitHub's and the notes for the next release", () => {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], { encoding: 'utf8' }).split(
      '\0',
    );
    const wanted = files.filter((file) => file !== '' && !/^\.(github|changeset)\//.test(file));
    expect(pages.flatMap(({ source }) => source ?? []).sort()).toEqual(wanted.sort());
  });

  it('has one address for each page, and a page in the other language for each', () => {
    const all = [...pages, ...stubs(pages)];
    const addresses = all.map(addressWithLanguage);
    expect([...new Set(addresses)]).toEqual(addresses);
    // A folder's page hides the one next to the folder.
    expect(addresses.filter((address) => addresses.includes(`${address}/`))).toEqual([]);
    for (const { path } of all) for (const language of languages) expect(addresses).toContain(addressWithLanguage({ language, path }));
  });

  it('has every page at the side, in both languages', () => {
    const paths = [...new Set(pages.map(({ path }) => path))];
    for (const language of languages) {
      const links = sidebar(pages, language).flatMap(({ items }) => items.map(({ link }) => link));
      expect(links.map((link) => link.replace('/zh-CN/', '/')).sort()).toEqual(paths.sort());
    }
    const lost: Page = { language: 'en', path: '/lost', markdown: '# Lost' };
    expect(sidebar([...pages, lost], 'en').flatMap(({ items }) => items)).toContainEqual({ text: 'Lost', link: '/lost' });
  });

  it('says at the side which pages are in the other language', () => {
    const textOf = (language: (typeof languages)[number], wanted: string) =>
      sidebar(pages, language)
        .flatMap(({ text, items }) => [{ text, link: '' }, ...items])
        .find(({ text, link }) => link === wanted || text.startsWith(wanted))?.text;
    expect(textOf('en', 'Platforms')).toBe('Platforms (in Chinese)');
    expect(textOf('en', '/zh-CN/guides/wechat')).toBe('微信小程序接入指南');
    expect(textOf('zh-CN', '/examples/clients/go/')).toBe('Go（英文）');
    expect(textOf('zh-CN', '/zh-CN/guides/wechat')).toBe('微信小程序接入指南');
  });

  it('has no link to a page or a heading that is missing', () => {
    const withoutCode = (markdown: string) => markdown.replaceAll(/^ *```.*?^ *```$/gms, '');
    const anchors = new Map(
      pages.map((page) => [
        addressWithLanguage(page),
        new Set([...withoutCode(page.markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => headingAnchor(heading))),
      ]),
    );
    const links = pages.flatMap((page) =>
      [...withoutCode(page.markdown).matchAll(/(?<!!)\[[^\]]*\]\(((?:\/|#)[^)\s]*)\)/g)].map(([, link = '']) => ({
        page: addressWithLanguage(page),
        link,
      })),
    );
    expect(links.length).toBeGreaterThan(500);
    const isThere = (page: string, link: string) => {
      const [path = '', anchor] = link.replace(/\?[^#]*/, '').split('#');
      if (['/', '/zh-CN/', '/../playground/'].includes(path)) return true;
      const found = anchors.get(path || page);
      return found !== undefined && (anchor === undefined || found.has(decodeURIComponent(anchor)));
    };
    expect(links.filter(({ page, link }) => !isThere(page, link))).toEqual([]);
  });

  it.each(languages)('explains in %s each error code, and lists each operation with its place in the reference', (language) => {
    const errors = pageOf(addressWithLanguage({ language, path: '/errors' })).markdown;
    expect([...errors.matchAll(/^## (.+)$/gm)].map(([, code]) => code)).toEqual(Object.keys(errorCodes));
    const operations = pageOf(addressWithLanguage({ language, path: '/operations' })).markdown;
    for (const id of operationIds) expect(operations).toContain(`\`${id}\``);
    const start = language === 'en' ? '/' : '/zh-CN/';
    expect(operations).toContain(`(${start}#tag/users/GET/hserve/v2.5/user/info/%7Buser_id%7D/)`);
  });

  it('shows the text that a person sees with an error', () => {
    const section = (address: string) =>
      pageOf(address)
        .markdown.split('\n## ')
        .find((part) => part.startsWith('sms_code_invalid'));
    expect(section('/errors')).toContain('The code is wrong or no longer valid.');
    expect(section('/zh-CN/errors')).toContain('验证码错误或已失效');
  });
});

describe("a link of a page's source", () => {
  const sources = new Set(['README.md', 'client/README.md', 'client/README.zh-CN.md', 'examples/backends/go/README.md']);
  const rewritten = (markdown: string, repository?: string) =>
    withSiteLinks({ language: 'en', path: '/client/', source: 'client/README.md', markdown }, sources, repository);

  it.each([
    ['[中文](README.zh-CN.md)', '[中文](/zh-CN/client/)'],
    ['[start](../README.md#start)', '[start](/start#start)'],
    [
      '[Go](../examples/backends/go) and [`go`](../examples/backends/go/README.md)',
      '[Go](/examples/backends/go/) and [`go`](/examples/backends/go/)',
    ],
    ['[codes](../openapi/schemas/ErrorCode.yaml)', '[codes](/errors)'],
    ['[answers](http://127.0.0.1:3000/docs/recipes#every-operation)', '[answers](/recipes#every-operation)'],
    ['[响应](http://127.0.0.1:3000/docs/recipes.zh-CN#每个接口)', '[响应](/zh-CN/recipes#每个接口)'],
    ['![phones](../docs/pictures/playground.webp)', '![phones](/pictures/playground.webp)'],
    ['[watch](http://127.0.0.1:3000/playground/#story=stay)', '[watch](/../playground/#story=stay)'],
    ['[below](#errors), [Maven](https://maven.apache.org)', '[below](#errors), [Maven](https://maven.apache.org)'],
    ['```md\n[not](one.md)\n```', '```md\n[not](one.md)\n```'],
    ['[the build](../tools/buildClient.ts)', 'the build (`tools/buildClient.ts`)'],
    ['[`buildClient.ts`](../tools/buildClient.ts)', '`tools/buildClient.ts`'],
  ])('%s becomes %s', (markdown, expected) => expect(rewritten(markdown)).toBe(expected));

  it('leads to the repository if that is on the web', () => {
    expect(rewritten('[the build](../tools/buildClient.ts)', 'https://git.example.com/blob/main')).toBe(
      '[the build](https://git.example.com/blob/main/tools/buildClient.ts)',
    );
  });

  it('ends the build if the file does not exist', () => {
    expect(() => rewritten('[gone](../tools/gone.ts)')).toThrow('client/README.md: ../tools/gone.ts');
  });
});

describe('the search', () => {
  const finds = (text: string, query: string) => {
    const terms = indexTerms(text.toLowerCase());
    return queryTerms(query.toLowerCase()).every((wanted) => terms.some((term) => term.startsWith(wanted)));
  };

  it.each([
    ['sms_code_invalid', ['sms_code_invalid', 'code_invalid', 'code_inv', 'invalid', 'sms'], ['session_invalid', 'ode_invalid']],
    ['使用手机号快捷登录', ['手机号', '手机号 登录', '登录', '快捷'], ['手势', '号手']],
    ['用 code 换取手机号', ['code 手机号', '换取'], ['token']],
    ['errno 1400001表示额度用完', ['errno', '1400001', '额度'], ['1400002']],
    ['POST /hserve/v2.5/idp/wechat/silent-login/', ['/hserve/v2.5/idp', 'silent-login', 'wechat silent'], ['/v1/me']],
  ])('finds in %s the words that it has', (text, found, missing) => {
    expect(found.filter((query) => !finds(text, query))).toEqual([]);
    expect(missing.filter((query) => finds(text, query))).toEqual([]);
  });

  it('finds the parts of a camel-case name', () => {
    expect(indexTerms('silentLoginWechat')).toEqual(['silentLoginWechat', 'LoginWechat', 'Wechat']);
  });
});

describe('the index for language models', () => {
  it('names every page, with its first sentence', () => {
    const text = llmsText(pages, '/docs/');
    for (const page of pages) expect(text).toContain(`- [${titleOf(page)}](/docs`);
    expect(text).toMatch(/^# Mini-program login\n\n> Sign-in for mini-programs .*becomes one account\.\n/);
  });

  it.each([
    [
      '# A\n\nStatus: accepted, 2026-12-01 ([all](README.md))\n\n## Context\n\nReaders want [three](x.md) panes. More.',
      'Readers want three panes.',
    ],
    [
      '# A\n\n```sh\nnpm ci is a command.\n```\n\n| a table of many words. |\n\n请把 `code` 发给服务端，由它换取身份。然后登录。',
      '请把 `code` 发给服务端，由它换取身份。',
    ],
    ['# A\n\n- a list of some length.', ''],
  ])('takes the first sentence of a paragraph', (markdown, sentence) => expect(firstSentence({ markdown })).toBe(sentence));
});

describe('a built site', () => {
  const build = (files: Record<string, string>): string => {
    const folder = createFolder();
    mkdirSync(join(folder, 'assets'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  };

  it('is refused with a link to a missing page, file or heading', () => {
    const good =
      '<h2 id="手机号"></h2><a href="/docs/a#%E6%89%8B%E6%9C%BA%E5%8F%B7"></a><a href="./a"></a><a href="/docs/#tag/x"></a><a href="/playground/#story=x"></a><a href="https://x.cn/"></a>';
    const bad = ['/docs/b', '/docs/a#missing', '/docs/a/', '/a', '/docs/assets/missing.js'];
    const folder = build({ 'a.html': good + bad.map((link) => `<a href="${link}"></a>`).join('') });
    expect(deadLinks(folder, '/docs/')).toEqual(bad.map((link) => `a.html: ${link}`));
  });

  it('has no script inside a page', () => {
    const folder = build({ 'a.html': '<script id="check-mac-os">one\ntwo</script><script type="module" src="/docs/x.js"></script>' });
    externalScripts(folder, '/docs/');
    const [file = ''] = readdirSync(join(folder, 'assets'));
    expect(readFileSync(join(folder, 'assets', file), 'utf8')).toBe('one\ntwo');
    expect(readFileSync(join(folder, 'a.html'), 'utf8')).toBe(
      `<script id="check-mac-os" src="/docs/assets/${file}"></script><script type="module" src="/docs/x.js"></script>`,
    );
  });
});
