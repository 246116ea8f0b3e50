import type { Element } from './template.ts';

/** The page that a person sees. */
export interface HostPage {
  /** All elements, with those of components. */
  elements(): Element[];
  /** Sends an event of the host to the handler of an element. */
  dispatch(element: Element, type: string, detail?: unknown): void;
}

/** The innermost element with exactly this text or placeholder. @throws if it is not shown */
export function find(page: HostPage, text: string): Element {
  const shown = page.elements().filter(({ children }) => children.length === 0);
  const found = shown.find((element) => element.text === text || element.attributes.placeholder === text);
  if (!found) throw new Error(`"${text}" is not shown, but ${shown.map((element) => element.text).join(' | ')}`);
  return found;
}
