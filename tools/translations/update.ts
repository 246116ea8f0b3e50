import { type Action, type Overlay, placeOf, type Texts, textsOf, unfinished, unwrapped } from './overlay.ts';
import { type Json, proseOf } from './prose.ts';
import { tagsOf } from './tags.ts';

type Contract = { [key: string]: Json };

/**
 * Brings the overlays of a language up to date with the contract's text: a new text gets the translation that the same text has elsewhere,
 * or an empty one; a changed text keeps its old translation, marked as unfinished; the translation of a deleted text is dropped.
 *
 * @returns the overlays by their files
 */
export function updateOverlays(contract: Contract, language: string, overlays: Map<string, Overlay>): Map<string, Overlay> {
  const translations = new Map<string, { english: string | undefined; text: string }>();
  const files = new Map<string, string>();
  for (const [file, { actions }] of overlays) {
    for (const { target, 'x-source': source, update } of actions) {
      files.set(target, file);
      const english = new Map(textsOf(target, source).map((prose) => [placeOf(prose), prose.text]));
      for (const prose of textsOf(target, update))
        translations.set(placeOf(prose), { english: english.get(placeOf(prose)), text: prose.text });
    }
  }

  const known = new Map([...translations.values()].map(({ english, text }) => [unwrapped(english), text]));
  const actions = new Map<string, Action>();
  for (const prose of proseOf(contract)) {
    const { english, text = '' } = translations.get(placeOf(prose)) ?? { english: prose.text, text: known.get(unwrapped(prose.text)) };
    const isCurrent = unwrapped(english) === unwrapped(prose.text) || text === '' || text.startsWith(unfinished);
    const translation = isCurrent ? text : `${unfinished}${text}`;
    const action = actions.get(prose.target) ?? { target: prose.target, 'x-source': {}, update: {} };
    actions.set(prose.target, action);
    put(action['x-source'], prose.keys, prose.text);
    put(action.update, prose.keys, translation);
  }

  const tags = tagsOf(contract);
  const updated = new Map<string, Overlay>();
  for (const action of actions.values()) {
    const file = files.get(action.target) ?? fileOf(action.target, tags);
    const { overlay = '1.0.0', info = { title: `${language}, ${file.replace('.yaml', '')}`, version: '1.0.0' } } = overlays.get(file) ?? {};
    updated.set(file, { overlay, info, actions: [...(updated.get(file)?.actions ?? []), action] });
  }
  return updated;
}

/** The file of a text: its tag's if only operations of one tag use it, else that of its kind. */
function fileOf(target: string, tags: Map<string, Set<string>>): string {
  const [part = ''] = /^\$\.(?:paths|webhooks)\.\*\[[^\]]*\]|^\$\.components\.\w+\.\w+/.exec(target) ?? [];
  const [tag, ...others] = tags.get(part) ?? [];
  if (tag !== undefined && others.length === 0) return `${tag.toLowerCase().replaceAll(/\W+/g, '-')}.yaml`;
  if (part === '$.components.schemas.ErrorCode') return 'errors.yaml';
  const [, kind = 'info'] = /^\$\.components\.(\w+)/.exec(target) ?? [];
  return `${{ securitySchemes: 'info', headers: 'parameters', links: 'parameters' }[kind] ?? kind}.yaml`;
}

function put(texts: Texts, [key = '', ...rest]: string[], text: string): void {
  if (rest.length === 0) {
    texts[key] = text;
    return;
  }
  const inner = texts[key];
  const next = typeof inner === 'object' ? inner : {};
  texts[key] = next;
  put(next, rest, text);
}
