import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Origin in the sources of every example. */
const writtenOrigin = 'http://127.0.0.1:3000';

interface Page {
  data: Record<string, unknown>;
  setData(changes: Record<string, unknown>): void;
  // biome-ignore lint/suspicious/noExplicitAny: handlers take the events of the host
  [handler: string]: any;
}
interface Options {
  /** The folder with `app.json`. */
  folder: string;
  /** The server that the app calls in place of the one in its sources. */
  origin: string;
  /** Evaluates code where the host's globals are. */
  evaluate(code: string): unknown;
  /** The exports of the packages that the app imports. */
  packages: Record<string, unknown>;
}
type Module = { exports: unknown };

/** Starts a mini-program from its sources, as WeChat's developer tools do: the app first, then its first page. */
export function openMiniprogram({ folder, origin, evaluate, packages }: Options): Page {
  const modules = new Map<string, Module>();
  const started: { app?: { onLaunch?(): void }; page?: Page } = {};
  const globals = {
    App(app: { onLaunch?(): void }) {
      started.app = app;
      app.onLaunch?.();
    },
    Page(page: Page) {
      started.page = page;
    },
  };

  function load(file: string): unknown {
    const known = modules.get(file);
    if (known) return known.exports;
    const module: Module = { exports: {} };
    modules.set(file, module);
    const names = ['require', 'module', 'exports', ...Object.keys(globals)];
    const run = evaluate(`(function (${names.join(', ')}) {${sourceOf(file, origin)}\n})`) as (...values: unknown[]) => void;
    run((name: string) => required(name, file), module, module.exports, ...Object.values(globals));
    return module.exports;
  }
  function required(name: string, from: string): unknown {
    if (name in packages) return packages[name];
    if (!name.startsWith('.')) throw new Error(`${from} imports ${name}`);
    return load(sourceFile(join(from, '..', name)));
  }

  const { pages } = JSON.parse(readFileSync(join(folder, 'app.json'), 'utf8'));
  load(sourceFile(join(folder, 'app')));
  load(sourceFile(join(folder, pages[0])));
  if (!started.app || !started.page) throw new Error(`${folder} calls App and Page in its first files`);
  const { page } = started;
  page.setData = (changes) => Object.assign(page.data, changes);
  return page;
}

function sourceFile(path: string): string {
  const file = ['.ts', '.js', ''].map((suffix) => path + suffix).find((candidate) => existsSync(candidate));
  if (!file) throw new Error(`there is no ${path}`);
  return file;
}

function sourceOf(file: string, origin: string): string {
  const source = readFileSync(file, 'utf8').replaceAll(writtenOrigin, origin);
  if (!file.endsWith('.ts')) return source;
  const compilerOptions = { target: ts.ScriptTarget.ES2017, module: ts.ModuleKind.CommonJS };
  return ts.transpileModule(source, { fileName: file, compilerOptions }).outputText;
}
