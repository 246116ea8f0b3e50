import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { select } from '../../tools/translations/apply.ts';
import { type Overlay, problemsOf } from '../../tools/translations/overlay.ts';
import { proseOf } from '../../tools/translations/prose.ts';
import { updateOverlays } from '../../tools/translations/update.ts';

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const [english, chinese] = [read('generated/openapi.json'), read('generated/openapi.zh-CN.json')];

describe('the Chinese contract', () => {
  it('differs from the English one in nothing but text', () => {
    const keys = ['title', 'summary', 'description', 'meaning', 'remedy', 'x-displayName'];
    const withoutText = (contract: object) =>
      JSON.parse(JSON.stringify(contract), (key, value) => (keys.includes(key) && typeof value === 'string' ? '' : value));
    expect(withoutText(chinese)).toEqual(withoutText(english));
  });

  it('has no text left in English', () => {
    const untranslated = proseOf(chinese).filter(({ text }) => !/[\u4e00-\u9fff]/.test(text));
    expect(untranslated).toEqual([]);
  });

  it('names the same codes, fields and operations in each text', () => {
    // Text and code alternate.
    const codesOf = (text: string) => [...new Set(text.split('`').filter((_, index) => index % 2 === 1))].sort();
    const texts = proseOf(english);
    const differing = proseOf(chinese).flatMap(({ text, ...place }, index) => {
      const [ours, theirs] = [codesOf(text), codesOf(texts[index]?.text ?? '')];
      return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ ...place, ours, theirs }];
    });
    expect(differing).toEqual([]);
  });
});

describe('the check of translations', () => {
  const contract = (summary: string) => ({
    info: { title: 'Shop' },
    paths: {
      '/user/': { get: { operationId: 'getUser', tags: ['Users'], summary, parameters: [{ name: 'keys', description: 'Fields.' }] } },
    },
    components: { schemas: { User: { properties: { description: { type: 'string', description: 'Own words.', default: 'None' } } } } },
  });
  const translate = (overlays: Map<string, Overlay>) =>
    new Map(JSON.parse(JSON.stringify([...overlays]).replaceAll('""', '"译文"')) as [string, Overlay][]);
  const updated = updateOverlays(contract('Get a user'), 'zh-CN', new Map());
  const translated = translate(updated);

  it('adds each text once, in the file of its tag or its kind', () => {
    expect(problemsOf(contract('Get a user'), updated).map((problem) => problem.replace(/: is not translated yet$/, ''))).toEqual([
      'info.yaml: $.info title',
      "users.yaml: $.paths.*[?@.operationId == 'getUser'] summary",
      "users.yaml: $.paths.*[?@.operationId == 'getUser'].parameters[?@.name == 'keys'] description",
      'schemas.yaml: $.components.schemas.User properties.description.description',
    ]);
    expect(problemsOf(contract('Get a user'), translated)).toEqual([]);
  });

  it('finds an added text, and names the place where its translation is missing', () => {
    const added = { ...contract('Get a user'), tags: [{ name: 'Users', description: 'Users.' }] };
    expect(problemsOf(added, translated)).toEqual(["$.tags[?@.name == 'Users'] description: has no translation"]);
  });

  it('finds a text that has changed, until its translation is changed too', () => {
    const changed = contract('Get one user');
    expect(problemsOf(changed, translated)).toEqual([expect.stringMatching(/^users\.yaml: .* summary: the English text has changed$/)]);
    const marked = updateOverlays(changed, 'zh-CN', translated);
    expect(problemsOf(changed, marked)).toEqual([expect.stringMatching(/^users\.yaml: .* summary: is not translated yet$/)]);
    expect(marked.get('users.yaml')?.actions[0]).toMatchObject({
      'x-source': { summary: 'Get one user' },
      update: { summary: '待译译文' },
    });
  });

  it('finds a translation whose text was deleted, which the update drops', () => {
    const { components: _, ...shorter } = contract('Get a user');
    expect(problemsOf(shorter, translated)).toEqual([expect.stringMatching(/^schemas\.yaml: .*: the contract no longer has this text$/)]);
    expect([...updateOverlays(shorter, 'zh-CN', translated).keys()]).toEqual(['info.yaml', 'users.yaml']);
  });

  it('finds a text that is translated twice', () => {
    const twice = new Map([...translated, ['copy.yaml', translated.get('info.yaml')]] as [string, Overlay][]);
    expect(problemsOf(contract('Get a user'), twice)).toEqual(['copy.yaml: $.info title: is already translated in info.yaml']);
  });
});

describe('the JSONPath of an overlay', () => {
  const root = { paths: { '/user/': { get: { operationId: 'getUser', parameters: [{ name: 'keys' }, { name: 'limit' }] } } } };

  it.each([
    ['$.paths', root.paths],
    ["$.paths['/user/'].get.operationId", 'getUser'],
    ["$.paths.*[?@.operationId == 'getUser']", root.paths['/user/'].get],
    ["$.paths.*[?@.operationId == 'getUser'].parameters[?@.name == 'limit']", { name: 'limit' }],
    ['$.paths.*.get.parameters[0]', { name: 'keys' }],
  ])('selects by %s', (path, node) => {
    expect(select(root, path)).toEqual([node]);
  });

  it('is refused if it has a segment of another form', () => {
    expect(() => select(root, '$..get')).toThrow('cannot read ..get in the target $..get');
  });
});
