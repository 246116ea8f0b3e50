import { XMLParser } from 'fast-xml-parser';

/** A tag of a compiled template with its attributes as they are written, or a text. */
type Parsed = { tag: string; attributes: Record<string, string>; children: Parsed[] } | { text: string };

/** An element of a page: attributes have the values of the page's data. */
export interface Element {
  tag: string;
  attributes: Record<string, unknown>;
  children: Element[];
  text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  allowBooleanAttributes: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

type Raw = Record<string, Raw[] | string | Record<string, string>>;
const simplified = (raw: Raw[]): Parsed[] =>
  raw.map((node) => {
    const { ':@': attributes = {}, ...rest } = node as { ':@'?: Record<string, string> } & Raw;
    const [[tag, content] = ['', '']] = Object.entries(rest);
    if (tag === '#text') return { text: String(content) };
    return { tag, attributes, children: simplified(content as Raw[]) };
  });

export const parseTemplate = (source: string): Parsed[] => simplified(parser.parse(source));

/** `wx:if`, `s-if`, `a:else` and so on; the prefix differs between hosts. */
const condition = /^(?:[a-z]+:|s-)(if|elif|else)$/;
const binding = /\{\{(.*?)\}\}/g;

/** The value of an attribute or a text as it is written, with the data of its page. */
export function evaluate(source: string, data: object): unknown {
  const [whole] = source.match(/^\{\{(.*)\}\}$/)?.slice(1) ?? [];
  const value = (expression: string) => new Function('data', `with (data) return (${expression})`)(scopeOf(data));
  if (whole !== undefined && !whole.includes('}}')) return value(whole);
  return source.replaceAll(binding, (_match, expression) => String(value(expression) ?? ''));
}

/** Data in which names that are not set are undefined. */
const scopeOf = (data: object) => new Proxy(data, { has: (_target, name) => typeof name === 'string' });

/** The elements that a template shows for the data. */
export function render(template: readonly Parsed[], data: object): Element[] {
  const shown: Element[] = [];
  let isSettled = false;
  for (const node of template) {
    if ('text' in node) continue;
    if (Object.keys(node.attributes).some((name) => /[:-]for$/.test(name))) throw new Error('lists are not rendered');
    const [name, kind] = Object.keys(node.attributes).flatMap((key) => condition.exec(key) ?? []);
    if (name) {
      if (kind === 'if') isSettled = false;
      const applies = !isSettled && (kind === 'else' || Boolean(evaluate(node.attributes[name] ?? '', data)));
      if (!applies) continue;
      isSettled = true;
    }
    const children = render(node.children, data);
    if (node.tag === 'block') {
      shown.push(...children);
      continue;
    }
    const attributes = Object.fromEntries(Object.entries(node.attributes).map(([key, value]) => [key, evaluate(String(value), data)]));
    const own = node.children.flatMap((child) => ('text' in child ? [String(evaluate(child.text, data))] : []));
    shown.push({ tag: node.tag, attributes, children, text: [...own, ...children.map(({ text }) => text)].join('') });
  }
  return shown;
}
