import { chmodSync, existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isSeq, parseDocument, stringify } from 'yaml';
import { parseApps } from '../config/apps.ts';
import { readTextFile } from '../process/utf8.ts';

/** An app as `APPS_FILE` has it. */
export interface AppEntry {
  client_id: string;
  pool?: string;
  name: string;
  platforms: object;
}

/**
 * Adds an app to a file of apps, which is created if missing. Existing lines stay as they are, comments too; the file is complete at
 * every moment.
 *
 * @throws an error that names the fault in the file or the app; nothing is written then
 */
export function addAppTo(path: string, app: AppEntry): void {
  if (!existsSync(path)) {
    replaceFile(path, checked(path, stringify({ apps: [app] })), 0o600);
    return;
  }
  const file = realpathSync(path);
  const text = readTextFile(file);
  if (parseApps(path, text).some(({ client_id }) => client_id === app.client_id)) {
    throw new Error(`--client-id: ${app.client_id} is in ${path} already`);
  }
  replaceFile(file, checked(path, insert(text, app)), statSync(file).mode);
}

/** A text that the server will be able to read. */
function checked(path: string, text: string): string {
  parseApps(path, text);
  return text;
}

function insert(text: string, app: AppEntry): string {
  const document = parseDocument(text);
  const apps = document.get('apps');
  if (!isSeq(apps) || apps.flow || !apps.range) {
    document.addIn(['apps'], document.createNode(app, { flow: true }));
    // In a JSON file these make JSON of the new lines too.
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
    // The process's mask takes from the mode that a file is made with.
    chmodSync(draft, mode);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
