import { readFileSync } from 'node:fs';
import { isRecord } from '../../accounts/sameJson.ts';
import { type Fields, idIn, textIn } from '../values.ts';

/**
 * Reads the `passwordSecret`s of uni-id's config.json: a text, or a list with versions. The file may hold a list of configurations, of
 * which the default one counts.
 *
 * @returns the secrets by version; that of rows without a version under `default`
 */
export function readUniIdSecrets(path: string): Map<string, string> {
  const config = defaultOf(parse(path));
  const secret = config.passwordSecret;
  const secrets = new Map<string, string>();
  if (textIn(secret)) secrets.set('default', String(secret));
  for (const entry of Array.isArray(secret) ? secret.filter(isRecord) : []) {
    const [version, value] = [idIn(entry.version), textIn(entry.value)];
    if (version === undefined || value === undefined) continue;
    secrets.set(version, value);
    // Rows of the time before versions have the first one.
    if (!secrets.has('default')) secrets.set('default', value);
  }
  if (secrets.size === 0) throw new Error(`--uni-id-config: ${path} has no passwordSecret`);
  return secrets;
}

/** The file may have comments, as uni-id allows them. */
function parse(path: string): unknown {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const bare = text.replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_all, kept: string | undefined) => kept ?? '');
  try {
    return JSON.parse(bare);
  } catch {
    throw new Error(`--uni-id-config: ${path} is no JSON`);
  }
}

function defaultOf(parsed: unknown): Fields {
  if (!Array.isArray(parsed)) return isRecord(parsed) ? parsed : {};
  const configs = parsed.filter(isRecord);
  return configs.find((config) => config.isDefaultConfig === true) ?? configs[0] ?? {};
}
