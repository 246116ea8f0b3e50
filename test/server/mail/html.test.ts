import { describe, expect, it } from 'vitest';
import { html } from '../../../server/mail/html.ts';

describe('the html template', () => {
  it('escapes text and leaves HTML unchanged', () => {
    const inner = html`<b>${'<i> & "them"'}</b>`;
    expect(html`<p title="${"'"}">${inner}</p>`.html).toBe('<p title="&#39;"><b>&lt;i&gt; &amp; &quot;them&quot;</b></p>');
  });
});
