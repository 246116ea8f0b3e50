import { chmodSync, existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isSeq, parseDocument, stringify } from 'yaml';
import { parseApps } from '../config/apps.ts';
import { readTextFile } from '../process/utf8.ts';

/** An entry of `APPS_FILE`. */
export interface AppEntry {
  client_id: string;
  pool?: string;
  name: string;
  platforms: object;
}

/**
 * Adds an app to a file of apps, which is created if missing. Existing lines and comments stay unchanged. The file is replaced atomically.
 *
 * @throws an error that names the fault in the file or the app, before anything is written
 */
export function addAppTo(path: string, app: AppEntry): void {
  if (!existsSync(path)) {
    replaceFile(path, checked(path, stringify({ apps: [app] }), 0), 0o600);
    return;
  }
  const file = realpathSync(path);
  const text = readTextFile(file);
  const before = parseApps(path, text);
  if (before.some(({ client_id }) => client_id === app.client_id)) {
    throw new Error(`--client-id: ${app.client_id} is in ${path} already`);
  }
  replaceFile(file, checked(path, insert(text, app), before.length), statSync(file).mode);
}

/**
 * @param added position of the new app, which has no line in the file yet
 * @returns the text, if the server can read it
 */
function checked(path: string, text: string, added: number): string {
  try {
    parseApps(path, text);
    return text;
  } catch (error) {
    const [place, sayNew] = [new RegExp(`:\\d+: apps\\.${added}\\.`), 'the new app: '];
    const lines = String(error instanceof Error ? error.message : error).split('\n');
    throw new Error(lines.map((line) => (place.test(line) ? sayNew + line.split(place)[1] : line)).join('\n'), { cause: error });
  }
}

function insert(text: string, app: AppEntry): string {
  const document = parseDocument(text);
  const apps = document.get('apps');
  if (!isSeq(apps) || apps.flow || !apps.range) {
    document.addIn(['apps'], document.createNode(app, { flow: true }));
    // Double quotes keep a JSON file valid JSON.
    return document.toString({ lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' });
  }
  const [start, end] = apps.range;
  const indent = ' '.repeat(start - text.lastIndexOf('\n', start) - 1);
  const entry = stringify([app], { lineWidth: 0 }).replaceAll(/^(?=.)/gm, indent);
  const before = text.slice(0, end);
  return before + (before.endsWith('\n') ? '' : '\n') + entry + text.slice(end);
}

/** Replaces a file atomically: writes a draft and renames it. */
function replaceFile(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text, { mode, flush: true });
    // The umask may have removed bits of the mode.
    chmodSync(draft, mode);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
