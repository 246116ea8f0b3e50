import type { Source } from '../source.ts';
import { leancloud } from './leancloud.ts';
import { mincloud } from './mincloud.ts';
import { ndjson } from './ndjson.ts';
import { parse } from './parse.ts';
import { supabase } from './supabase.ts';
import { uniId } from './uniId.ts';

const sources: readonly Source[] = [leancloud, parse, mincloud, uniId, supabase, ndjson];

export const sourceNames: readonly string[] = sources.map(({ name }) => name);

/** @throws if there is no such source */
export function sourceNamed(name: string): Source {
  const source = sources.find((each) => each.name === name);
  if (!source) throw new Error(`there is no source ${name}, only ${sourceNames.join(', ')}`);
  return source;
}
