/** The part of the bundle that the reference changes. */
export interface ReadContract {
  info: { description: string };
  servers: { url: string; description: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, ReadOperation>>;
  components: {
    schemas: { ErrorCode: { 'x-error-codes': Record<string, { status: number; meaning: string; remedy?: string }> } };
    examples: object;
  };
}
interface ReadOperation {
  operationId?: string;
  deprecated?: boolean;
  tags: string[];
  externalDocs?: { description: string; url: string };
  'x-codeSamples'?: { source: string }[];
}

export type ReadLanguage = 'en' | 'zh-CN';

const texts = {
  en: {
    thisServer: 'This server',
    olderPaths: 'Older paths',
    errorCodes: 'Error codes',
    recipes: 'Recipes: every possible answer',
    trying: `## Try it
**Test Request** next to an operation calls this server as its sandbox's app. What an example has from a platform (a login code, sealed data) is
replaced by fresh ones of the sandbox's Larry when the request is sent, and the token of the last login is filled in.`,
  },
  'zh-CN': {
    thisServer: '本服务器',
    olderPaths: '旧路径',
    errorCodes: '错误码',
    recipes: '示例手册：所有可能的响应',
    trying: `## 试一试
点击接口旁的**测试请求**，即以沙箱应用的身份调用本服务器。发送请求时，示例中来自平台的内容（登录 code、加密数据）会换成沙箱为 Larry 新签发的，最近一次登录的
token 会自动填入。`,
  },
};

/** The address at which the contract's code samples expect a server. */
const sampleServer = 'http://127.0.0.1:3000';

/**
 * Makes of a contract what a person reads: about this server alone, with all error codes in the text, the older paths at the end, and links
 * from the operations to their recipes.
 *
 * @param root the server's address, without `/` at the end
 */
export function forReading<T extends ReadContract>(
  contract: T,
  language: ReadLanguage,
  { root, hasSandbox }: { root: string; hasSandbox: boolean },
): T {
  const { thisServer, olderPaths, errorCodes, recipes, trying } = texts[language];
  const changed = structuredClone(contract);
  changed.servers = [{ url: root, description: thisServer }];
  changed.tags.push({ name: olderPaths });
  const codes = Object.entries(changed.components.schemas.ErrorCode['x-error-codes']).map(
    ([code, { status, meaning, remedy = '' }]) => `### ${code}\n**${status}** ${meaning} ${remedy}`,
  );
  changed.info.description = [changed.info.description, ...(hasSandbox ? [trying] : []), `## ${errorCodes}`, ...codes].join('\n\n');

  const page = `${root}/docs/recipes${language === 'en' ? '' : `.${language}`}`;
  for (const operation of Object.values(changed.paths).flatMap((item) => Object.values(item))) {
    if (operation.operationId === undefined) continue;
    if (operation.deprecated) operation.tags = [olderPaths];
    else operation.externalDocs = { description: recipes, url: `${page}#${operation.operationId.toLowerCase()}` };
    for (const sample of operation['x-codeSamples'] ?? []) sample.source = sample.source.replaceAll(sampleServer, root);
  }
  return changed;
}
