import { readFileSync } from 'node:fs';
import express, { type Router } from 'express';
import { projectFile } from '../../server/config/project.ts';
import { operationRecipes, type RecipesContract } from '../operationRecipes.ts';
import { recipesPage } from '../recipesPage.ts';
import type { Language } from '../translations/derivedTexts.ts';

const introductions: Record<Language, (origin: string) => string> = {
  en: (origin) => `# The mock

It answers every operation of [the contract](openapi.json) with one of the contract's examples, and remembers nothing. A request that does
not fit the contract gets the server's own error. Any client id, token, server key and code will do. [中文](zh-CN)

## Choosing the answer

Without a choice, an operation answers its first example of success. The header \`Prefer\` chooses another, or its pace:

| \`Prefer\` | What it does |
| --- | --- |
| \`code=404\` | the first example of that status |
| \`code=400, example=code_used\` | that example; the lists below have all names |
| \`delay=2000\` | answers after two seconds |
| \`dynamic=true\` | generates an answer from the schema |

A browser's address bar sends no headers: there, the query has them with two underscores, \`?__code=400&__example=code_used\`.

## From a page in a browser

Pages of every origin may call it (CORS), and send every header.

\`\`\`js
fetch('${origin}/hserve/v2.5/idp/wechat/silent-login/', {
  method: 'POST',
  headers: { 'X-Hydrogen-Client-ID': 'any', 'Content-Type': 'application/json', Prefer: 'code=400, example=code_used' },
  body: JSON.stringify({ code: 'any' }),
}).then(async (response) => console.log(response.status, (await response.json()).code)) // 400 code_used
\`\`\`

## Events for a receiver

Sends the contract's example of an event to your receiver of webhooks, signed with your secret, and answers the receiver's status:

\`\`\`sh
curl -s ${origin}/webhooks --json '{"type":"user.linked","url":"http://127.0.0.1:4000/login-events","secret":"whsec_…"}'
\`\`\`
`,
  'zh-CN': (origin) => `# 模拟服务

对[契约](openapi.zh-CN.json)中的每个接口，都返回契约里的一个示例，不保存任何状态。不符合契约的请求，得到与服务器相同的错误。client id、token、服务端密钥和
code 可以任意填写。[English](.)

## 选择响应

不作选择时，接口返回第一个成功示例。请求头 \`Prefer\` 可以选择其他响应，或推迟响应：

| \`Prefer\` | 作用 |
| --- | --- |
| \`code=404\` | 返回该状态码的第一个示例 |
| \`code=400, example=code_used\` | 返回指定的示例，名称见下文各接口的列表 |
| \`delay=2000\` | 两秒后返回 |
| \`dynamic=true\` | 按数据结构随机生成响应 |

浏览器的地址栏不能发送请求头，可以改用加两条下划线的查询参数：\`?__code=400&__example=code_used\`。

## 在浏览器页面中调用

任何来源的页面都可以调用（CORS），也可以发送任何请求头。

\`\`\`js
fetch('${origin}/hserve/v2.5/idp/wechat/silent-login/', {
  method: 'POST',
  headers: { 'X-Hydrogen-Client-ID': 'any', 'Content-Type': 'application/json', Prefer: 'code=400, example=code_used' },
  body: JSON.stringify({ code: 'any' }),
}).then(async (response) => console.log(response.status, (await response.json()).code)) // 400 code_used
\`\`\`

## 向接收端发送事件

把契约中某个事件的示例发送到你的 webhook 接收端，用你的密钥签名，并返回接收端的状态码：

\`\`\`sh
curl -s ${origin}/webhooks --json '{"type":"user.linked","url":"http://127.0.0.1:4000/login-events","secret":"whsec_…"}'
\`\`\`
`,
};

const bundles = { en: 'openapi.json', 'zh-CN': 'openapi.zh-CN.json' } as const satisfies Record<Language, string>;

/**
 * The mock's own pages and the contract: at its own address, how to choose an answer, and each operation with a command and the names of
 * its examples.
 */
export function mockPages(): Router {
  const router = express.Router();
  for (const [path, language] of [
    ['/', 'en'],
    ['/zh-CN', 'zh-CN'],
  ] as const) {
    router.get(path, ({ protocol, headers }, response) => {
      response.type('html').send(startPage(language, `${protocol}://${headers.host}`));
    });
    router.get(`/${bundles[language]}`, (_request, response) => response.sendFile(projectFile(`generated/${bundles[language]}`)));
  }
  return router;
}

function startPage(language: Language, origin: string): string {
  const contract: RecipesContract = JSON.parse(readFileSync(projectFile(`generated/${bundles[language]}`), 'utf8'));
  const recipes = operationRecipes(contract, language).replaceAll('http://127.0.0.1:4010', origin);
  return recipesPage(`${introductions[language](origin)}\n${recipes}`, language);
}
