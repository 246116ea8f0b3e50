import type { FakeHost } from '../../../support/fakeHost.ts';
import { assignAt, createModules, type Definition } from './modules.ts';
import type { HostPage } from './page.ts';
import { type Element, evaluate } from './template.ts';

/** A node of the tree that Taro hands to its templates. */
interface TaroNode extends Definition {
  /** Name of the template that shows it. */
  nn: string;
  sid: string;
  cn?: TaroNode[];
  /** Text. */
  v?: string;
}

/** The tag and the attributes of the template that shows a kind of node, from Taro's `base` template. */
function templatesOf(base: string): Map<string, { tag: string; attributes: [name: string, expression: string][] }> {
  const templates = base.matchAll(/<template name="tmpl_0_([\w-]+?)(?:_blur)?">\s*<([\w-]+)([^>]*)>/g);
  return new Map(
    [...templates].map(([, name = '', tag = '', attributes = '']) => [
      name,
      { tag, attributes: [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value] as const) },
    ]),
  ) as ReturnType<typeof templatesOf>;
}

/** The function of Taro's templates that gives a default. */
const scripts = { b: (value: unknown, other: unknown) => value ?? other };

/** Opens the first page of an app that Taro has built, in a host with nothing but `App`, `Page`, `Component` and the calls of `FakeHost`. */
export function openTaroApp(files: ReadonlyMap<string, string>, host: FakeHost): HostPage {
  const instance: Definition = { data: {} };
  const modules = createModules(files, host, () => [instance]);
  const base = [...files].find(([path]) => /^base\.\w+ml$|^base\.swan$/.test(path))?.[1] ?? '';
  const templates = templatesOf(base);

  modules.load('app.js');
  modules.app().onLaunch?.({});
  modules.app().onShow?.({});
  const [path] = JSON.parse(files.get('app.json') ?? '{}').pages;
  const { data, ...options } = modules.definition(path);
  Object.assign(instance, options, {
    route: path,
    data: structuredClone(data ?? {}),
    setData(changes: Definition, done?: () => void) {
      for (const [key, value] of Object.entries(changes)) assignAt(instance.data, key, value);
      done?.();
    },
  });
  // Baidu alone has the first.
  for (const hook of ['onInit', 'onLoad', 'onShow', 'onReady']) instance[hook]?.({});

  const elementOf = (node: TaroNode): Element => {
    const children = Object.values(node.cn ?? []).map(elementOf);
    const template = templates.get(String(node.nn));
    const attributes = (template?.attributes ?? []).map(([name, value]) => [name, evaluate(value, { i: node, xs: scripts })] as const);
    return {
      tag: template?.tag ?? 'block',
      attributes: Object.fromEntries(attributes),
      // Texts are blocks.
      children: children.filter(({ tag }) => tag !== 'block'),
      text: (node.v ?? '') + children.map(({ text }) => text).join(''),
    };
  };
  const shown = (element: Element): Element[] => [element, ...element.children.flatMap(shown)];
  return {
    elements: () => Object.values<TaroNode>(instance.data.root?.cn ?? []).flatMap((node) => shown(elementOf(node))),
    dispatch({ attributes }, type, detail = {}) {
      const bound = Object.keys(attributes).map((name) => name.toLowerCase());
      if (!bound.includes(`bind${type}`) && !bound.includes(`on${type}`)) throw new Error(`${type} is not bound, but ${bound.join(', ')}`);
      const target = { id: attributes.id, dataset: { sid: attributes['data-sid'] } };
      instance.eh({ type, detail, target, currentTarget: target, timeStamp: 0 });
    },
  };
}
