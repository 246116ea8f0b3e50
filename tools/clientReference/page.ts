/** Writes the pages of the client's reference. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { type MessageLanguage, messageFor } from '../../client/messages.ts';
import { operationTable } from '../../generated/client/operations.ts';
import { shimSample } from '../samples/shim.ts';
import type { Language } from '../translations/derivedTexts.ts';
import { createReader, type Declaration, type Doc, docOf, type Form, type Member } from './declarations.ts';
import { type ClientPlatform, clientPlatforms, supportedVerbs } from './support.ts';
import { pageTexts } from './texts.ts';

type Translate = (english: string) => string;

const shared = createReader('client/core/types.ts');
const readers = Object.fromEntries(clientPlatforms.map((platform) => [platform, createReader(`client/${platform}.ts`)])) as Record<
  ClientPlatform,
  ReturnType<typeof createReader>
>;
/** Types that each platform has under the same name. */
const perPlatform = ['CurrentUser', 'BaaS', 'Auth', 'Links', 'Logins', 'HError'];

const platformOf = (operationId: string) =>
  clientPlatforms.find((platform) => operationId.toLowerCase().replace(/v\d+$/, '').endsWith(platform));

/** The codes of the client's own errors that a docstring names. */
const codesIn = (text: string) => [...new Set(text.match(/\b6[01]\d\b/g) ?? [])].sort();

/** The operations behind each verb, as the samples of the contract's reference call them. */
function operationsByVerb(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const anything = new Proxy({}, { get: () => 'any' });
  for (const id of Object.keys(operationTable)) {
    const platform = platformOf(id);
    const sample = shimSample(id, platform === 'web' ? undefined : platform, anything) ?? '';
    const [, verb] = /(user\.\w+)\(/.exec(sample) ?? /BaaS\.(auth\.\w+|\w+)/.exec(sample) ?? [];
    if (verb) found.set(verb, [...(found.get(verb) ?? []), id]);
  }
  return found;
}

const cell = (text: string) => text.replaceAll('\n\n', ' ').replaceAll('|', '\\|');
const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** Renders the page in a language. @param translated the docstrings' text in it */
export async function clientReference(language: Language, translated: Translate): Promise<string> {
  const suffix = language === 'en' ? '' : `.${language}`;
  const translate: Translate = (english) => translated(english).replaceAll(/\bdocs\/([\w-]+)\.md/g, `[docs/$1.md]($1${suffix}.md)`);
  const words = pageTexts[language];
  const operations = operationsByVerb();
  const shown = new Set<string>();

  /** Notes the types in a text, which the page explains. */
  const noted = (text: string) => {
    for (const name of text.match(/\b[A-Z]\w+/g) ?? []) shown.add(name);
    return text;
  };
  const errorsOf = (docs: Doc[]) => codesIn(docs.map(({ text, params }) => [text, ...Object.values(params)].join(' ')).join(' '));
  const linesOf = ({ text, params, deprecated }: Doc) => [
    ...(deprecated === undefined ? [] : [`${words.deprecated}${translate(deprecated)}`]),
    ...(text ? [translate(text)] : []),
    ...(Object.keys(params).length > 0
      ? [
          Object.entries(params)
            .map(([name, meaning]) => `- \`${name}\`: ${translate(meaning)}`)
            .join('\n'),
        ]
      : []),
  ];

  function verb(owner: string, { name, doc, forms, type }: Member, platform?: ClientPlatform): string {
    const level = platform ? '####' : '###';
    const path = owner === '' ? name : `${owner}.${name}`;
    const ways: Form[] = forms.length > 0 ? forms : [{ signature: `: ${type}`, doc }];
    const documented = ways.filter(({ doc: { text } }, index) => ways.findIndex((way) => way.doc.text === text) === index);
    const blocks = documented.flatMap((one) => {
      const alike = ways.filter((way) => way.doc.text === one.doc.text);
      return [`\`\`\`ts\n${alike.map(({ signature }) => `${path}${noted(signature)}`).join('\n')}\n\`\`\``, ...linesOf(one.doc)];
    });
    const own = documented.some((way) => way.doc === doc) ? [] : linesOf(doc);
    const codes = errorsOf([doc, ...ways.map((way) => way.doc)]);
    const called = (operations.get(path) ?? []).filter((id) => !platform || platform === 'web' || platformOf(id) === platform);
    return [
      `${level} \`${path}\``,
      ...own,
      ...blocks,
      ...(codes.length > 0 ? [`${words.errors}${codes.map((code) => `[${code}](#${words.errorsAnchor})`).join(words.comma)}`] : []),
      ...(called.length > 0 ? [`${words.operations}${called.map((id) => `\`${id}\``).join(words.comma)}`] : []),
    ].join('\n\n');
  }
  const verbs = (owner: string, { members = [] }: Declaration, platform?: ClientPlatform) =>
    members.map((member) => verb(owner, member, platform));
  const group = (title: string, owner: string, name: string) => {
    const declaration = shared.read(name);
    return [`## ${title}`, ...linesOf(declaration.doc), ...verbs(owner, declaration)];
  };

  async function matrix(): Promise<string> {
    const supported = await Promise.all(clientPlatforms.map(supportedVerbs));
    const rows = (['auth', 'user'] as const).flatMap((owner) => {
      const names = [...new Set(supported.flatMap((platform) => [...platform[owner]]))];
      const partial = names.filter((name) => supported.some((platform) => !platform[owner].has(name)));
      return partial.map((name) => [`\`${owner}.${name}\``, ...supported.map((platform) => (platform[owner].has(name) ? '✓' : ''))]);
    });
    const isNeutral = ([, ...marks]: string[]) => marks.filter(Boolean).length > 1;
    return table(
      [words.verb, ...clientPlatforms.map((platform) => words.platforms[platform])],
      [...rows.filter(isNeutral), ...rows.filter((row) => !isNeutral(row))],
    );
  }

  function platformVerbs(platform: ClientPlatform): string[] {
    const reader = readers[platform];
    const logins = platform === 'web' ? 'WebLogins' : 'Logins';
    const first = platform === 'wechat' ? reader.read('FirstGeneration') : undefined;
    return [
      `### ${words.platforms[platform]}`,
      ...verbs('auth', reader.read(logins), platform),
      ...verbs('user', reader.read('Links'), platform),
      ...(first ? [...linesOf(first.doc), ...verbs('BaaS', first, platform)] : []),
    ];
  }

  function types(): string[] {
    const blocks: string[] = [];
    const explained = new Set(perPlatform);
    for (const name of shown) {
      const reader = [shared, ...Object.values(readers)].find(({ has }) => has(name));
      if (explained.has(name) || !reader) continue;
      explained.add(name);
      const { doc, members, extended, type } = reader.read(name);
      blocks.push(`### \`${name}\``, ...linesOf(doc));
      if (type !== undefined) blocks.push(`\`\`\`ts\ntype ${name} = ${noted(type)}\n\`\`\``);
      if (extended.length > 0) blocks.push(`${words.extends}${extended.map((one) => `\`${noted(one)}\``).join(words.comma)}`);
      if (members?.length) {
        const rows = members.map((member) => {
          const shape = member.forms[0]?.signature ?? member.type;
          return [`\`${member.name}${member.optional ? '?' : ''}\``, `\`${noted(shape)}\``, translate(member.doc.text)];
        });
        blocks.push(table([words.field, words.type, words.meaning], rows));
      }
    }
    return blocks;
  }

  const page = [
    `# ${words.title}`,
    words.otherLanguage,
    words.intro,
    `## ${words.partial}`,
    words.partialIntro,
    await matrix(),
    ...group('`BaaS`', 'BaaS', 'BaaS').filter((block) => !block.startsWith('### `BaaS.auth`')),
    ...group('`BaaS.auth`', 'auth', 'Auth'),
    ...group(words.account, 'auth', 'MyAccount'),
    ...group(words.merges, 'auth', 'Merges'),
    ...group(words.scans, 'auth', 'ScanLogins'),
    ...group(words.user, 'user', 'CurrentUserMethods'),
    `## ${words.own}`,
    words.ownIntro,
    ...clientPlatforms.flatMap(platformVerbs),
    `## ${words.types}`,
    words.typesIntro,
    ...types(),
    `## ${words.errorsTitle}`,
    words.errorsIntro,
    errorTable(words, translate),
    words.fieldsIntro,
    table(
      [words.field, words.meaning],
      errorFields().map(({ name, text }) => [`\`${name}\``, translate(text)]),
    ),
  ];
  return `${page.join('\n\n')}\n`;
}

const source = () => ts.createSourceFile('errors.ts', readFileSync('client/core/errors.ts', 'utf8'), ts.ScriptTarget.ES2024, true);

/** The client's own codes, with their message and docstring. */
function ownErrors(): { code: number; message: string; text: string }[] {
  const [list] = source().statements.filter(ts.isVariableStatement);
  const value = list?.declarationList.declarations[0]?.initializer;
  if (!value || !ts.isObjectLiteralExpression(value)) throw new Error('client/core/errors.ts does not begin with the list of messages');
  return value.properties.filter(ts.isPropertyAssignment).map((property) => ({
    code: Number(property.name.getText()),
    message: property.initializer.getText().slice(1, -1),
    text: docOf(property).text,
  }));
}

/** The fields of an error that have a docstring. */
function errorFields(): { name: string; text: string }[] {
  const [error] = source().statements.filter(ts.isClassDeclaration);
  return (error?.members ?? []).filter(ts.isPropertyDeclaration).flatMap((field) => {
    const { text } = docOf(field);
    return text === '' ? [] : [{ name: field.name?.getText() ?? '', text }];
  });
}

function errorTable(words: (typeof pageTexts)[Language], translate: Translate): string {
  const shownIn = ({ code }: { code: number }, language: MessageLanguage) => messageFor({ code }, language);
  return table(
    [words.code, words.message, words.meaning, words.shown, words.shownOther],
    ownErrors().map((error) => [
      `\`${error.code}\``,
      error.message,
      translate(error.text),
      shownIn(error, words.ownLanguage),
      shownIn(error, words.ownLanguage === 'zh' ? 'en' : 'zh'),
    ]),
  );
}
