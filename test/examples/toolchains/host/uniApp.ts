import { posix } from 'node:path';
import type { FakeHost } from '../../../support/fakeHost.ts';
import { assignAt, createModules, type Definition } from './modules.ts';
import type { HostPage } from './page.ts';
import { type Element, parseTemplate, render } from './template.ts';

/** A page, or a component in its place. */
interface Placed {
  /** `this` of its functions. */
  instance: Definition;
  path: string;
  children: Map<string, Placed>;
  shown: Element[];
  parent?: Placed;
  /** The element in the parent's template. */
  element?: Element;
}

const templateSuffixes = ['.wxml', '.qml', '.swan', '.ksml', '.jxml', '.axml', '.ttml', '.xhsml'];
const isAlipay = (files: ReadonlyMap<string, string>) => [...files.keys()].some((path) => path.endsWith('.axml'));
const camelCase = (name: string) => name.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());

/** Opens the first page of an app that uni-app has built, in a host with nothing but `App`, `Page`, `Component` and the calls of `FakeHost`. */
export function openUniApp(files: ReadonlyMap<string, string>, host: FakeHost): HostPage {
  const { load, app, definition: definitionOf } = createModules(files, host, () => [page.instance]);
  const jsonOf = (path: string) => JSON.parse(files.get(`${path}.json`) ?? '{}');
  const templateOf = (path: string) => {
    const suffix = templateSuffixes.find((candidate) => files.has(path + candidate));
    return parseTemplate(files.get(path + suffix) ?? '');
  };
  const componentPath = (name: string, from: string): string | undefined => {
    const used = { ...jsonOf('app').usingComponents, ...jsonOf(from).usingComponents }[name];
    return used && (used.startsWith('/') ? used.slice(1) : posix.join(from, '..', used));
  };

  let nodeCount = 0;
  /** Makes an instance of a page or component; `attach` starts it. */
  function create(path: string, parent?: Placed, element?: Element): Placed {
    const definition = definitionOf(path);
    const placed: Placed = { path, instance: {}, children: new Map(), shown: [], ...(parent && { parent }), ...(element && { element }) };
    const { methods = definition, properties = {}, data = {}, props = {} } = definition;
    const given = element ? attributesOf(element) : {};
    const defaults = Object.fromEntries(Object.entries<Definition>(properties).map(([name, { value }]) => [name, value]));
    const nodeId = nodeCount++;
    Object.assign(placed.instance, methods, {
      methods,
      data: structuredClone(typeof data === 'function' ? data() : data),
      properties: { ...defaults, ...given },
      props: { ...props, ...given, ...(parent && element && listeners(parent, element)) },
      $id: nodeId,
      nodeId,
      __nodeId__: nodeId,
      __webviewId__: 1,
      // Baidu's pages know their instance by this name.
      ...(!parent && { route: path, pageinstance: placed.instance, _$props: {} }),
      setData(changes: Record<string, unknown>, done?: () => void) {
        for (const [key, value] of Object.entries(changes)) assignAt(placed.instance.data, key, value);
        update(placed);
        done?.();
      },
      triggerEvent: (type: string, detail: unknown) => emit(placed, type, detail),
      _triggerEvent: (type: string, detail: unknown) => emit(placed, type, detail),
      dispatch: (type: string, value: unknown) => emit(placed, type, value),
    });
    return placed;
  }

  function attach(placed: Placed): void {
    const { instance, path } = placed;
    const { lifetimes = {}, onInit, didMount, ...definition } = definitionOf(path);
    const isComponent = 'parent' in placed;
    const call = (hook?: (...values: unknown[]) => void, ...values: unknown[]) => hook?.call(instance, ...values);
    call(lifetimes.created ?? definition.created);
    call(lifetimes.attached ?? definition.attached);
    call(onInit);
    if (!isComponent) {
      call(instance.onLoad, {});
      call(instance.onShow);
    }
    update(placed);
    call(lifetimes.ready ?? definition.ready);
    call(didMount);
    if (!isComponent) call(instance.onReady);
  }

  /** Renders the template, adds components that appear in it, and removes those that are gone. */
  function update(placed: Placed): void {
    const { instance, path } = placed;
    placed.shown = render(templateOf(path), { ...instance.properties, ...instance.data });
    const present = new Set<string>();
    for (const element of flattened(placed.shown)) {
      const used = componentPath(element.tag, path);
      if (!used) continue;
      const key = String(element.attributes['u-i']);
      present.add(key);
      const existing = placed.children.get(key);
      if (existing) change(existing, element);
      else {
        const child = create(used, placed, element);
        placed.children.set(key, child);
        attach(child);
      }
    }
    for (const [key, child] of placed.children) {
      if (present.has(key)) continue;
      placed.children.delete(key);
      const { lifetimes = {}, detached, didUnmount } = definitionOf(child.path);
      for (const hook of [lifetimes.detached ?? detached, didUnmount]) hook?.call(child.instance);
    }
  }

  /** Passes changed attributes to a component. */
  function change(placed: Placed, element: Element): void {
    placed.element = element;
    const { instance, path, parent } = placed;
    const given = attributesOf(element);
    const { observers = {}, properties = {}, deriveDataFromProps, didUpdate } = definitionOf(path);
    const changed = Object.keys(given).filter((name) => given[name] !== instance.properties[name]);
    Object.assign(instance.properties, given);
    const next = { ...instance.props, ...given, ...(parent && listeners(parent, element)) };
    if (changed.length > 0) deriveDataFromProps?.call(instance, next);
    instance.props = next;
    for (const name of changed) (observers[name] ?? properties[name]?.observer)?.call(instance, given[name]);
    if (changed.length > 0) didUpdate?.call(instance);
  }

  /** Sends an event of a component to the handler in its parent's template. */
  function emit({ parent, element }: Placed, type: string, detail: unknown): void {
    if (parent && element) callHandler(parent, element, type, detail);
  }
  function callHandler(owner: Placed, element: Element, type: string, detail: unknown): void {
    const names = [`bind${type}`, `bind:${type}`, `on${type}`, ...(type === '__l' ? ['onVI'] : [])].map((name) => name.toLowerCase());
    const [, handler] = Object.entries(element.attributes).find(([name]) => names.includes(name.toLowerCase())) ?? [];
    // The host of Baidu adds this handler itself.
    const method = handler ?? (type === '__l' ? '__l' : undefined);
    const dataset = datasetOf(element);
    if (typeof method === 'string')
      owner.instance[method]?.({ type, detail, value: detail, target: { dataset }, currentTarget: { dataset } });
  }
  /** Alipay's components get the handlers of their events as functions. */
  const listeners = (parent: Placed, element: Element) =>
    isAlipay(files)
      ? Object.fromEntries(
          Object.entries(element.attributes)
            .filter(([name]) => /^on[A-Z]/.test(name))
            .map(([name, method]) => [name, (...values: unknown[]) => parent.instance[String(method)]?.(...values)]),
        )
      : {};

  load('app.js');
  app().onLaunch?.({});
  app().onShow?.({});
  const page = create(jsonOf('app').pages[0]);
  attach(page);

  const all = (placed: Placed): { owner: Placed; element: Element }[] => [
    ...flattened(placed.shown).map((element) => ({ owner: placed, element })),
    ...[...placed.children.values()].flatMap(all),
  ];
  return {
    elements: () => all(page).map(({ element }) => element),
    dispatch(element, type, detail = {}) {
      const owner = all(page).find((shown) => shown.element === element)?.owner;
      if (!owner) throw new Error(`the page no longer shows ${element.text}`);
      callHandler(owner, element, type, detail);
    },
  };
}

const flattened = (elements: readonly Element[]): Element[] => elements.flatMap((element) => [element, ...flattened(element.children)]);

const attributesOf = ({ attributes }: Element) =>
  Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => !/^(bind|on[A-Z])/.test(name))
      .map(([name, value]) => [camelCase(name), value]),
  );
const datasetOf = ({ attributes }: Element) =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => {
      if (name === 'eO') return [['eO', value]];
      return name.startsWith('data-') ? [[camelCase(name.slice('data-'.length)), value]] : [];
    }),
  );
