import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { version } from '../../client/core/version.ts';
import { buildPackage } from '../../tools/buildClient.ts';
import { namespaces } from '../support/fakeHost.ts';

const name = 'miniprogram-login-client';
const project = mkdtempSync(join(tmpdir(), 'project-'));
describe('the npm package', async () => {
  afterAll(() => rmSync(project, { recursive: true }));
  await buildPackage(join(project, 'node_modules', name));
  symlinkSync(resolve('node_modules/miniprogram-api-typings'), join(project, 'node_modules/miniprogram-api-typings'));

  /** Compiler errors of a project with one file. */
  function complaints(source: string, options: ts.CompilerOptions): string[] {
    const file = join(project, 'app.ts');
    writeFileSync(file, source);
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2018,
      lib: ['lib.es2018.d.ts'],
      types: ['miniprogram-api-typings'],
      // The types are searched in the folder of this file.
      configFilePath: join(project, 'tsconfig.json'),
      ...options,
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  }

  it.each([
    { kind: 'a classic', module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 },
    { kind: 'a Node-style', module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    { kind: 'a bundled', module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  ])('has types for $kind mini-program project without the DOM', ({ module, moduleResolution }) => {
    const source = `
    import { BaaS as here, isHError } from '${name}';
    import { BaaS, type CurrentUser } from '${name}/wechat';
    import type { BaaS as Ks } from '${name}/kuaishou';

    Page({
      async onProfile(event: WechatMiniprogram.ButtonGetUserInfo): Promise<CurrentUser> {
        return BaaS.auth.loginWithWechat(event, { syncUserProfile: 'overwrite' });
      },
      async onPhone(event: WechatMiniprogram.ButtonGetPhoneNumber) {
        const user = await wx.BaaS.auth.loginWithWechat(event, { code: 'from wx.login()' });
        const phone: string | null = user._phone;
        return phone;
      },
      onUpdate(event: WechatMiniprogram.ButtonGetPhoneNumber) {
        return BaaS.auth.updatePhoneNumber(event).catch((error: unknown) => isHError(error) && error.code);
      },
    });
    export const forced = (baas: Ks) => baas.auth.loginWithKs({ forceLogin: true });
    export const byPhoneCode = (event: WechatMiniprogram.ButtonGetPhoneNumber) => BaaS.auth.loginWithWechat(event);
    // @ts-expect-error a sealed number needs the code from before the tap
    export const codeless = (baas: Ks, event: WechatMiniprogram.ButtonGetPhoneNumber) => baas.auth.loginWithKs(event);
    export const anywhere = async () => (await here.auth.login()).link().then(({ data }) => data.openid);
    // @ts-expect-error a phone login has an event
    export const nothing = () => here.auth.loginWithPhone();
    // @ts-expect-error there is no DOM
    export type Page = Document;
  `;
    expect(complaints(source, { module, moduleResolution })).toEqual([]);
  });

  const moduleKinds = [
    { kind: 'a classic', module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 },
    { kind: 'a Node-style', module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
    { kind: 'a bundled', module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  ];

  it.each(moduleKinds)("has types of the hosts' global objects for $kind project", ({ module, moduleResolution }) => {
    const source = `
      wx.BaaS.auth.loginWithProfile().then(({ nickname }) => nickname.length);
      ks.BaaS.auth.loginWithKs({ forceLogin: true });
      BaaS.auth.loginWithThirdParty('oauth-wechat-web', '/auth.html');
      // @ts-expect-error another platform's verb
      ks.BaaS.auth.loginWithWechat();
    `;
    const platforms = ['wechat', 'kuaishou', 'web'].map((platform) => `${name}/globals/${platform}`);
    expect(complaints(source, { module, moduleResolution, types: ['miniprogram-api-typings', ...platforms] })).toEqual([]);
  });

  it.each(moduleKinds)('has types of the published SDK for $kind project', ({ kind, module, moduleResolution }) => {
    const source = `
      ${kind === 'a bundled' ? "import sdk from 'minapp-sdk';" : "import sdk = require('minapp-sdk');"}
      sdk.init('client', { host: 'https://login.example.com' });
      wx.BaaS.auth.loginWithWechat(null, { createUser: false }).then((user) => user.linkWechat());
      sdk.auth.login({ username: 'mei', password: 'secret' }).then((user) => user.set('nickname', 'Mei').update());
      // @ts-expect-error the published SDK asks for no name
      sdk.auth.loginWithProfile();
      // @ts-expect-error and has no sandbox
      sdk.init('client', { host: 'https://login.example.com', sandbox: 'larry' });
      // @ts-expect-error nor neutral verbs of the user
      sdk.auth.getCurrentUser().then((user) => user.link());
    `;
    const types = ['miniprogram-api-typings', `${name}/minapp-sdk`];
    expect(complaints(source, { module, moduleResolution, types, esModuleInterop: true })).toEqual([]);
  });

  it('loads by require and by import, and defines BaaS on the host', () => {
    const hosts = Object.values(namespaces).map((namespace) => `globalThis.${namespace} = {};`);
    const load = (how: string) =>
      Object.keys(namespaces)
        .map((platform) => `ours.push((${how}('${name}/${platform}')).BaaS);`)
        .join('\n');
    const check = `if (!ours.every((BaaS, index) => BaaS && BaaS === [${Object.values(namespaces)}][index].BaaS)) throw ours;`;
    const run = (script: string, type: string) =>
      execFileSync(process.execPath, [`--input-type=${type}`, '-e', script], { cwd: project, encoding: 'utf8' });
    run(`const ours = []; ${hosts.join('')} ${load('require')} ${check}`, 'commonjs');
    run(`const ours = []; ${hosts.join('')} ${load('await import')} ${check}`, 'module');
  });

  it('is packed with its pages and licenses, every file that it names, and nothing of the sources', () => {
    const folder = join(project, 'node_modules', name);
    const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: folder, encoding: 'utf8' }));
    const files: string[] = packed.files.map(({ path }: { path: string }) => path);
    expect(packed.name).toBe('@miniprogram-login/client');
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'THIRD-PARTY-LICENSES', 'README.md', 'README.zh-CN.md', 'package.json']));
    expect(files.filter((file) => !/(\.js|\.d\.ts|package\.json|\.md|LICENSES?)$/.test(file))).toEqual([]);
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const named = JSON.stringify(exports).match(/(?<="\.\/)[^"]+\.(js|d\.ts|json)(?=")/g) ?? [];
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((file) => !files.includes(file))).toEqual([]);
    for (const page of files.filter((file) => file.endsWith('.md'))) {
      const links = [...readFileSync(join(folder, page), 'utf8').matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, link = '']) => link);
      expect(links.filter((link) => !files.includes(link))).toEqual([]);
    }
  });

  it("sends the package's version", async () => {
    const { default: packageJson } = await import('../../package.json', { with: { type: 'json' } });
    expect(version).toBe(packageJson.version);
  });
});
