/** Text that is HTML already. */
export interface Html {
  html: string;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeText = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** A template whose values are escaped unless they are HTML. */
export function html(parts: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  const texts = values.map((value) =>
    typeof value === 'string' ? escapeText(value) : Array.isArray(value) ? value.map((item) => item.html).join('') : value.html,
  );
  return { html: String.raw({ raw: parts }, ...texts) };
}
