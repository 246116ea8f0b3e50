/** The site's pages that come from the contract: error codes, operations, recipes. */
import { readFileSync } from 'node:fs';
import { messageFor } from '../../client/messages.ts';
import { referenceAnchor } from '../../client/playground/docsAnchors.ts';
import { operationRecipes, type RecipesContract } from '../operationRecipes.ts';
import type { Language } from '../translations/derivedTexts.ts';
import { addressWithLanguage, type Page } from './pages.ts';

interface Contract {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: { ErrorCode: { 'x-error-codes': Record<string, { status: number; meaning: string; remedy?: string }> } };
  };
}
interface Operation {
  operationId?: string;
  summary: string;
  deprecated?: boolean;
  tags: string[];
}

const bundles: Record<Language, string> = { en: 'openapi.json', 'zh-CN': 'openapi.zh-CN.json' };

const texts = {
  en: {
    errors: `# Error codes

Every error has a \`code\`, its stable name for programs; it is the \`error_code\` of the clients' \`HError\`. Treat a code that is not listed here by
its HTTP status.`,
    status: 'HTTP status',
    remedy: 'Remedy',
    shown: 'What a person is shown',
    messageLanguage: 'en',
    operations: `# Operations

Every operation of the contract. The reference shows its fields and answers, and can call it; the recipes have a command for each answer.`,
    reference: 'Reference',
    recipe: 'Recipe',
    olderPath: 'older path',
  },
  'zh-CN': {
    errors: `# 错误码

每个错误都有 \`code\`，即供程序判断的稳定名称；在客户端的 \`HError\` 上是 \`error_code\`。遇到这里没有的错误码，请按 HTTP 状态码处理。`,
    status: 'HTTP 状态码',
    remedy: '处理',
    shown: '给用户看的文案',
    messageLanguage: 'zh',
    operations: `# 接口列表

契约中的全部接口。接口参考中有字段和响应，并可直接调用；示例手册中有得到每种响应的命令。`,
    reference: '接口参考',
    recipe: '示例',
    olderPath: '旧路径',
  },
} as const;

/** The pages in one language. */
export function contractPages(language: Language): Page[] {
  const contract: Contract & RecipesContract = JSON.parse(readFileSync(`generated/${bundles[language]}`, 'utf8'));
  return [
    { language, path: '/errors', markdown: errorsPage(contract, language) },
    { language, path: '/operations', markdown: operationsPage(contract, language) },
  ];
}

/** Adds to the page of recipes the answers of each operation. */
export function withOperationRecipes(page: Page): Page {
  const contract: RecipesContract = JSON.parse(readFileSync(`generated/${bundles[page.language]}`, 'utf8'));
  return { ...page, markdown: `${page.markdown}\n${operationRecipes(contract, page.language)}` };
}

/** An operation in the reference, by the anchor that Scalar gives it. */
const referenceAddress = (language: Language, tag: string, method: string, path: string): string =>
  `${addressWithLanguage({ language, path: '' })}/#${referenceAnchor(tag, method.toUpperCase(), encodeURI(path))}`;

function errorsPage({ components }: Contract, language: Language): string {
  const { errors, status, remedy, shown, messageLanguage } = texts[language];
  const sections = Object.entries(components.schemas.ErrorCode['x-error-codes']).map(([code, error]) =>
    [
      `## ${code}`,
      error.meaning,
      [
        `- ${status}: ${error.status}`,
        ...(error.remedy === undefined ? [] : [`- ${remedy}: ${error.remedy}`]),
        `- ${shown}: ${messageFor({ code }, messageLanguage)}`,
      ].join('\n'),
    ].join('\n\n'),
  );
  return `${[errors, ...sections].join('\n\n')}\n`;
}

function operationsPage({ tags, paths }: Contract, language: Language): string {
  const { operations, reference, recipe, olderPath } = texts[language];
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => (operation.operationId ? [{ path, method, ...operation }] : [])),
  );
  const recipes = addressWithLanguage({ language, path: '/recipes' });
  const sections = tags.map(({ name, description }) => {
    const entries = all
      .filter((operation) => operation.tags[0] === name)
      .map(({ path, method, operationId, summary, deprecated }) =>
        [
          `### ${summary}`,
          `\`${method.toUpperCase()} ${path}\` · \`${operationId}\`${deprecated ? ` · ${olderPath}` : ''}`,
          ...(deprecated
            ? []
            : [
                `[${reference}](${referenceAddress(language, name, method, path)}) · [${recipe}](${recipes}#${operationId?.toLowerCase()})`,
              ]),
        ].join('\n\n'),
      );
    return [`## ${name}`, description, ...entries].join('\n\n');
  });
  return `${[operations, ...sections].join('\n\n')}\n`;
}
