import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';

/** The part of the bundle that the page shows. */
export interface RecipesContract {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: { ErrorCode: { 'x-error-codes': Record<string, { meaning: string }> } };
    parameters: { UserIdPath: { example: number } };
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
  content?: { 'application/json': { examples: Record<string, Reference | { value: unknown }> } };
}
interface Reference {
  $ref: string;
}

/** Renders a page of recipes as HTML. @param markdown the page in the repository, whose links name the other language's file */
export const recipesPage = (markdown: string, language: string): string => `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${/^# (.*)/.exec(markdown)?.[1]}</title>
<link rel="icon" href="favicon-32x32.png">
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
code { background: #eee; padding: 0 .25em }
pre { background: #eee; padding: .5em; overflow-x: auto }
pre code { padding: 0 }
td { vertical-align: top; padding-right: 1em }
</style>
${new Marked(gfmHeadingId()).parse(withinServer(markdown))}`;

/** Rewrites links to work on the server, whatever its address. */
const withinServer = (markdown: string) =>
  markdown.replaceAll(/\((recipes\S*)\.md\)/g, '($1)').replaceAll('](http://127.0.0.1:3000/docs/', '](');

/** Lists every answer of each operation as Markdown: a command, and a row for each `Prefer`. */
export function operationRecipes(contract: RecipesContract): string {
  const { schemas, parameters } = contract.components;
  const meaningOf = (example: string) => schemas.ErrorCode['x-error-codes'][example]?.meaning;
  const resolve = <T>(node: T | Reference) => (isReference(node) ? (at(contract, node.$ref) as T) : node);
  const examplesOf = ({ content }: Content) => Object.entries(content?.['application/json'].examples ?? {});

  const commandOf = (method: string, path: string, { security, requestBody }: Operation) => {
    const [, body] = examplesOf(requestBody ?? {})[0] ?? [];
    return [
      'curl -si',
      method !== 'get' && !(method === 'post' && body) && `-X ${method.toUpperCase()}`,
      `http://127.0.0.1:4010${path.replace('{user_id}', String(parameters.UserIdPath.example))}`,
      "-H 'X-Hydrogen-Client-ID: any'",
      !security?.every((alternative) => !('Session' in alternative)) && "-H 'Authorization: Hydrogen-r1 any'",
      body && `--json ${quoted(JSON.stringify(resolve(body).value))}`,
    ]
      .filter(Boolean)
      .join(' ');
  };
  const rowsOf = ({ responses }: Operation) =>
    Object.entries(responses).flatMap(([status, reference]) => {
      const response = resolve(reference);
      return examplesOf(response).map(([name]) => `| \`code=${status}, example=${name}\` | ${meaningOf(name) ?? response.description} |`);
    });

  const sections = Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      operation.operationId
        ? `### ${operation.operationId}

${operation.summary}.

\`\`\`sh
${commandOf(method, path, operation)}
\`\`\`

| Prefer | What it says |
| --- | --- |
${rowsOf(operation).join('\n')}
`
        : [],
    ),
  );
  return `## Every operation\n\nWith one of these, as \`-H 'Prefer: …'\`, the mock answers that example.\n\n${sections.join('\n')}`;
}

const isReference = (node: unknown): node is Reference => typeof node === 'object' && node !== null && '$ref' in node;

/** Resolves a local reference. */
function at(contract: object, reference: string): unknown {
  const [, ...keys] = reference.split('/');
  // biome-ignore lint/suspicious/noExplicitAny: a JSON pointer leads anywhere
  return keys.reduce((value: any, key) => value[key], contract);
}

/** Quotes text as one word for a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
