import { quoted } from './samples/codeSamples.ts';
import { operationRequest, type Reference, resolve } from './samples/operationRequest.ts';
import type { Language } from './translations/derivedTexts.ts';

/** The part of the bundle that the recipes show. */
export interface RecipesContract {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: { ErrorCode: { 'x-error-codes': Record<string, { meaning: string }> } };
  };
}
interface Operation {
  operationId?: string;
  summary: string;
  security?: Record<string, string[]>[];
  requestBody?: Content;
  responses: Record<string, Reference | (Content & { description: string })>;
}
interface Content {
  content?: Record<string, { examples?: Record<string, Reference | { summary?: string; value: unknown }> }>;
}

const texts = {
  en: {
    everyOperation: "## Every operation\n\nWith one of these, as `-H 'Prefer: …'`, the mock answers that example.",
    columns: '| Prefer | What it says |',
    stop: '.',
  },
  'zh-CN': {
    everyOperation: "## 每个接口\n\n把下表中的一项作为请求头（`-H 'Prefer: …'`）发送，模拟服务就返回对应的示例。",
    columns: '| Prefer | 含义 |',
    stop: '。',
  },
};

/** Lists every answer of each operation as Markdown: a command, and a row for each `Prefer`. */
export function operationRecipes(contract: RecipesContract, language: Language): string {
  const { everyOperation, columns, stop } = texts[language];
  const { schemas } = contract.components;
  const meaningOf = (example: string) => schemas.ErrorCode['x-error-codes'][example]?.meaning;
  const examplesOf = ({ content = {} }: Content) => Object.values(content).flatMap(({ examples = {} }) => Object.entries(examples));

  const commandOf = (method: string, path: string, item: object, operation: Operation) => {
    const { filledPath, body, isUpload, isForm, takes } = operationRequest(contract, path, item, operation);
    return [
      'curl -si',
      method !== 'get' && !(method === 'post' && (body || isUpload)) && `-X ${method.toUpperCase()}`,
      // Shells read ? and & themselves.
      filledPath.includes('?') ? quoted(`http://127.0.0.1:4010${filledPath}`) : `http://127.0.0.1:4010${filledPath}`,
      takes('ClientId') && "-H 'X-Hydrogen-Client-ID: any'",
      takes('Session') && "-H 'Authorization: Hydrogen-r1 any'",
      takes('ServerKeyBasic') && '-u any:any',
      isUpload && "-F 'file=any;filename=picture.jpg'",
      body && (isForm ? formOf(body) : `--json ${quoted(JSON.stringify(body))}`),
    ]
      .filter(Boolean)
      .join(' ');
  };
  const rowsOf = ({ responses }: Operation) =>
    Object.entries(responses).flatMap(([status, reference]) => {
      const response = resolve(contract, reference);
      return examplesOf(response).map(([name, example]) => {
        const text = meaningOf(name) ?? resolve(contract, example).summary ?? response.description;
        return `| \`code=${status}, example=${name}\` | ${text} |`;
      });
    });

  const sections = Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      operation.operationId
        ? `### ${operation.operationId}

${operation.summary}${stop}

\`\`\`sh
${commandOf(method, path, item, operation)}
\`\`\`

${columns}
| --- | --- |
${rowsOf(operation).join('\n')}
`
        : [],
    ),
  );
  return `${everyOperation}\n\n${sections.join('\n')}`;
}

/** curl's options for the fields of a form. */
const formOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`)
    .join(' ');
