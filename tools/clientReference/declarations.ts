/** Reads the declarations of the client's public types from its source, with their docstrings. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A docstring, taken apart. */
export interface Doc {
  text: string;
  params: Record<string, string>;
  deprecated?: string;
}

/** One way to call a verb. */
export interface Form {
  /** The parameters and the result, as TypeScript has them: `(options?: LinkOptions): Promise<…>`. */
  signature: string;
  doc: Doc;
}

/** A member of an interface: a verb, or a property if it has no forms. */
export interface Member {
  name: string;
  type: string;
  optional: boolean;
  doc: Doc;
  forms: Form[];
}

export interface Declaration {
  name: string;
  doc: Doc;
  /** The members of an interface; absent for another type. */
  members?: Member[];
  /** The types that an interface extends. */
  extended: string[];
  /** The text of another type. */
  type?: string;
}

type Named = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** Files with public types. Names are unique, but for those of each platform's file. */
export const sharedFiles = ['core/types', 'core/host', 'core/errors', 'core/webLoginTypes', 'core/firstGeneration'].map(
  (name) => `client/${name}.ts`,
);

export const declarationsIn = (file: string): Map<string, Named> => {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2024, true);
  const isNamed = (node: ts.Node): node is Named => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
  return new Map(source.statements.filter(isNamed).map((node) => [node.name.text, node]));
};

/** The text of a docstring without its frame, in paragraphs. */
export function docOf(node: ts.Node): Doc {
  const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1)?.getText() ?? '';
  const lines = comment.replaceAll(/^\/\*\*|\*\/$/g, '').split('\n');
  const [text = '', ...tags] = lines
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .split(/(?:^|\s)@(?=(?:param|returns|throws|deprecated)\b)/);
  const doc: Doc = { text: plain(text), params: {} };
  for (const tag of tags) {
    const [, kind, rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
    const [, name = '', meaning = ''] = /^(\w+)\s+([\s\S]*)$/.exec(rest) ?? [];
    if (kind === 'param') doc.params[name] = plain(meaning);
    else if (kind === 'deprecated') doc.deprecated = plain(rest);
  }
  return doc;
}

/** Joins lines; an empty one separates paragraphs. */
const plain = (text: string) =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n\n');

/** Type parameters and the types in their place. */
type Meaning = ReadonlyMap<string, string>;

/** The text of a node on one line, with the contract's schemas by their names. */
const textOf = (node: ts.Node, meaning: Meaning): string => {
  const text = node
    .getText()
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\bSchemas\['(\w+)'\]/g, '$1')
    .replaceAll(/\b(CurrentUser|Auth)<\w*>/g, '$1');
  return [...meaning].reduce((replaced, [name, value]) => replaced.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), value), text).trim();
};

/** Reads what a file's types say, with the types of the other files that they name. */
export function createReader(file: string) {
  const known = new Map([...sharedFiles, file].flatMap((name) => [...declarationsIn(name)]));
  const none: Meaning = new Map([['Links', 'CurrentUser']]);

  const formOf = (node: ts.SignatureDeclaration, doc: Doc, meaning: Meaning): Form => {
    const parameters = node.parameters.map((parameter) => textOf(parameter, meaning)).join(', ');
    return { signature: `(${parameters}): ${node.type ? textOf(node.type, meaning) : 'void'}`, doc };
  };

  /** The ways to call a value of a type, each with the docstring nearest to it. */
  function formsOf(type: ts.TypeNode, doc: Doc, meaning: Meaning): Form[] {
    if (ts.isParenthesizedTypeNode(type)) return formsOf(type.type, doc, meaning);
    if (ts.isFunctionTypeNode(type)) return [formOf(type, doc, meaning)];
    if (ts.isIntersectionTypeNode(type)) return type.types.flatMap((part) => formsOf(part, doc, meaning));
    if (!ts.isTypeReferenceNode(type)) return [];
    const alias = known.get(type.typeName.getText());
    if (!alias || !ts.isTypeAliasDeclaration(alias)) return [];
    const given = (alias.typeParameters ?? []).map((parameter, index): [string, string] => {
      const argument = type.typeArguments?.[index] ?? parameter.default;
      return [parameter.name.text, argument ? textOf(argument, meaning) : 'unknown'];
    });
    const own = docOf(alias);
    return formsOf(alias.type, own.text ? own : doc, new Map(given));
  }

  const memberOf = (node: ts.TypeElement, meaning: Meaning): Member[] => {
    if (!node.name) return [];
    const doc = docOf(node);
    const shared = { name: node.name.getText(), optional: Boolean(node.questionToken), doc };
    if (ts.isMethodSignature(node)) return [{ ...shared, type: '', forms: [formOf(node, doc, meaning)] }];
    if (!ts.isPropertySignature(node) || !node.type) return [];
    return [{ ...shared, type: textOf(node.type, meaning), forms: formsOf(node.type, doc, meaning) }];
  };

  /** @throws if no file has the type */
  function read(name: string): Declaration {
    const node = known.get(name);
    if (!node) throw new Error(`${file}: there is no type ${name}`);
    const meaning: Meaning = new Map([
      ...none,
      ...(node.typeParameters ?? []).map(({ name: { text } }): [string, string] => [text, text === 'Data' ? text : 'CurrentUser']),
    ]);
    const doc = docOf(node);
    if (ts.isTypeAliasDeclaration(node)) {
      // The contract's schema of another type's name.
      const isSchema = /^Schemas\['\w+'\]$/.test(node.type.getText());
      return { name, doc, extended: [], type: isSchema ? node.type.getText() : textOf(node.type, meaning) };
    }
    const members = new Map<string, Member>();
    for (const member of node.members.flatMap((element) => memberOf(element, meaning))) {
      const earlier = members.get(member.name);
      members.set(member.name, earlier ? { ...earlier, forms: [...earlier.forms, ...member.forms] } : member);
    }
    const extended = (node.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => textOf(type, meaning)));
    return { name, doc, extended, members: [...members.values()] };
  }
  return { read, has: (name: string) => known.has(name) };
}
