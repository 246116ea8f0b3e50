import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pages } from '../server/sandbox/sandbox.ts';
import { startCommand, stopCommand } from './support/command.ts';
import { createFolder } from './support/folder.ts';
import { codeBlocksOf } from './support/markdown.ts';
import { secretKey } from './support/secrets.ts';
import { startServer } from './support/server.ts';

/** Anchors of a page, as GitHub names its headings. */
const anchorsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
const withoutComments = (code: string) => code.replaceAll(/\s+#.*$|(?:^| +)\/\/ .*$/gm, '').replaceAll(/^#.*\n/gm, '');

const shells = [
  { shell: 'bash', args: ['-euo', 'pipefail'] },
  { shell: 'dash', args: ['-eu'] },
  // As in a terminal, where zsh does not recognise comments.
  { shell: 'zsh', args: ['-f', '-i'] },
];
const isInstalled = (shell: string) => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, shell)));

describe('the pages', () => {
  describe("the README's block for curl", () => {
    const block = codeBlocksOf('README.md').find(({ code }) => code.includes('silent-login'));
    for (const { shell, args } of shells) {
      it.skipIf(!isInstalled(shell))(`makes one account of all platforms if pasted into ${shell}`, async () => {
        const { origin, store } = await startServer();
        const running = promisify(execFile)(shell, args);
        running.child.stdin?.end(block?.code.replace('http://127.0.0.1:3000', origin));
        const { stdout } = await running;
        const idOn = (platform: string) => new RegExp(`^${platform} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 'is not in the block';
        const [user, ...others] = await store.selectFrom('users').select('id').execute();
        const ids = Object.keys(pages).map((platform) => `${platform} ${idOn(platform)}`);
        expect(ids).toEqual(Object.keys(pages).map((platform) => `${platform} ${user?.id}`));
        expect(others).toEqual([]);
      });
    }
  });

  it("have commands for a refused link and a failed login, which find both: deploy/README's", async () => {
    const block = codeBlocksOf('deploy/README.md').find(({ code }) => code.includes('user-association'));
    const folder = createFolder();
    const [log, env] = [`${folder}/login.log`, { DATABASE_URL: `sqlite:${folder}/login.db`, SECRET_KEY: secretKey }];
    // The block before keeps the log in a file. Here the test waits for it, too.
    const server = await startCommand('bash', ['-c', `exec node server/main.ts > >(tee ${log})`], /^Ready at \S+$/m, { ...env, PORT: '0' });
    onTestFinished(() => void stopCommand(server));
    const [, origin = ''] = /^Ready at (\S+)$/m.exec(server.output()) ?? [];
    const commands = block?.code.replace('http://127.0.0.1:3000', origin).replaceAll('login.log', log) ?? '';
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], { env: { ...process.env, ...env } });
    const [, owner] = /"error":\{"code":"identity_taken",[^}]*"owner":(\d+)/.exec(stdout) ?? [];
    expect(stdout).toMatch(/event: login_failed.*code_invalid/s);
    expect(stdout).toContain(`- id: ${owner}\n`);
    expect(stdout).toMatch(new RegExp(`event: registered.*user_id: ${owner}`, 's'));
  });

  const inExamples = globSync('examples/*/README.zh-CN.md').map((page) => page.replace('.zh-CN.md', ''));
  const readmes = ['README', 'client/README', 'deploy/README', 'docs/published-sdk', 'test/README', ...inExamples];

  it.each(readmes)('have the same blocks of code in both languages, except for comments: %s', (page) => {
    const [english, chinese] = [`${page}.md`, `${page}.zh-CN.md`].map((file) =>
      // Output of commands is in the page's language.
      codeBlocksOf(file).flatMap(({ language, code }) => (language === 'text' ? [] : [withoutComments(code)])),
    );
    expect(chinese).toEqual(english);
  });

  const documents = [
    'SECURITY.md',
    'SECURITY.zh-CN.md',
    'CONTRIBUTING.md',
    ...globSync('docs/contributing/*.md'),
    '.changeset/README.md',
    'test/support/README.md',
    'test/FAULTS.md',
    ...globSync('docs/decisions/*.md'),
    ...globSync('docs/guides/*.md'),
    ...[...readmes, 'docs/recipes', 'docs/protocol', 'docs/platforms', 'docs/client'].flatMap((page) => [`${page}.md`, `${page}.zh-CN.md`]),
  ];

  it.each(documents)('have no dead links: %s', (page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^:)]*)\)/g)].map(([, link = '']) => link);
    const isThere = (link: string) => {
      const [path = '', heading] = link.split('#');
      const file = join(path && dirname(page), path || page);
      return existsSync(file) && (heading === undefined || anchorsOf(file).includes(heading));
    };
    expect(links).not.toEqual([]);
    expect(links.filter((link) => !isThere(link))).toEqual([]);
  });

  it.each([...Object.keys(pages), 'web'])('guide through %s, in the same sections as the others', (platform) => {
    const sections = [...readFileSync(`docs/guides/${platform}.zh-CN.md`, 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(sections).toEqual(['申请', '后台配置', '合法域名', '服务端', '客户端', '真机测试', '常见错误码', '隐私说明']);
    expect(readFileSync('docs/guides/README.zh-CN.md', 'utf8')).toContain(`](${platform}.zh-CN.md)`);
  });

  it('name only files ignored by Git where they tell readers to create files', async () => {
    const commands = ['README.md', 'deploy/README.md'].flatMap((page) => codeBlocksOf(page)).map(({ code }) => code);
    const files = commands.flatMap(
      (code) => code.match(/(?<=> |FILE=|\/|\s|')(deploy\/)?(apps\.yaml|\.env|user\.json|backup\/login\.db|\w+\.(dump|db|log))/g) ?? [],
    );
    expect(files).toEqual(expect.arrayContaining(['apps.yaml', 'deploy/.env', 'user.json', 'backup/login.db', 'login.dump', 'login.log']));
    const { stdout } = await promisify(execFile)('git', ['check-ignore', '--no-index', ...files]);
    expect(stdout.trimEnd().split('\n')).toEqual(files);
  });
});
