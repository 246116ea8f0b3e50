import { writeFileSync } from 'node:fs';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { hasPlayground, playgroundPages } from '../../../server/http/playgroundPages.ts';
import { announce } from '../../../server/process/announce.ts';
import { createFolder } from '../../support/folder.ts';
import { listen, startServer } from '../../support/server.ts';

const asBrowser = { headers: { Accept: 'text/html' } };

describe('the pages of the playground', () => {
  it('do not exist without the sandbox, when a browser is led from / to the reference', async () => {
    const { origin } = await startServer({ configure: (app) => ({ ...app, client_id: 'shop' }) });
    expect((await fetch(`${origin}/playground/`, asBrowser)).status).toBe(404);
    expect((await fetch(`${origin}/`, asBrowser)).url).toBe(`${origin}/docs`);
  });

  it('load nothing from other servers, and cannot be framed', async () => {
    const { origin } = await startServer();
    const response = await fetch(`${origin}/playground/`, asBrowser);
    expect(response.headers.get('Content-Security-Policy')).toMatch(/^default-src 'self';.*frame-ancestors 'none'/);
  });

  it('say how to build the playground if it is not built', async () => {
    const origin = await listen(express().use(playgroundPages(createFolder())));
    const response = await fetch(`${origin}/playground`, asBrowser);
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringMatching(/It is not built\..*npm run build.*演练场尚未构建.*npm run build/s),
    ]);
  });

  it('are announced at the start only if they are built', () => {
    const announced = (folder: string) => {
      const lines: string[] = [];
      const output = { write: (line: string) => void lines.push(line), flushSync() {} };
      const settings = { host: '127.0.0.1', sandbox: true, sms: undefined, mail: undefined };
      announce('http://127.0.0.1:3000', settings, output, { hasSite: false, hasPlayground: hasPlayground(folder) });
      return lines.join('');
    };
    const folder = createFolder();
    expect(announced(folder)).not.toContain('Playground');
    writeFileSync(`${folder}/index.html`, '');
    expect(announced(folder)).toContain('http://127.0.0.1:3000/playground/');
  });
});
