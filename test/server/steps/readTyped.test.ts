import { describe, expect, it } from 'vitest';
import { loginNames, password, registerUser } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';

/** Spellings of one name by hands, keyboards and clipboards. */
const spellings = {
  phone: {
    '13800138000': [
      '+86 138 0013 8000',
      '138 1234 5678'.replace('1234 5678', '0013 8000'),
      '138-0013-8000',
      '0086-138-0013-8000',
      '１３８００１３８０００',
      '\u202d13800138000\u202c',
      '13800138000 ',
      '+86 (138) 0013–8000',
      '+86 (0)138 0013 8000',
      '\ufeff138\u200b0013\u00a08000',
    ],
    '+447911123456': ['+44 7911 123456', '0044 7911 123456', '+44 (0)7911 123456', '＋４４７９１１１２３４５６', '+004407911123456'],
    '+886912345678': ['+886 912 345 678', '+8860912345678', '00886-912-345-678'],
    '1440123456789': ['+86 1440 1234 56789', '1440 1234 56789'],
  },
  email: {
    'mei@example.com': [
      ' mei@example.com',
      'Mei@Example.com ',
      'mei@example。com',
      'mei＠example．com',
      'ｍｅｉ＠ｅｘａｍｐｌｅ．ｃｏｍ',
      'mei @ example.com',
      'Mei\u3000＠example.com',
      '\u200bmei@example.com',
      'mei@example.com\n',
    ],
    // QQ's addresses are numbers.
    '100001@qq.com': ['１００００１@qq.com', '１００００１＠ｑｑ。ｃｏｍ'],
    'mei@xn--fsqu00a.xn--fiqs8s': ['mei@例子.中国', 'mei@例子。中国', 'Mei@XN--fsqu00a.xn--fiqs8s'],
  },
  username: { mei: ['mei ', ' mei', 'Mei\u3000', '\tmei\n'] },
};

const cases = Object.entries(spellings).flatMap(([kind, names]) => Object.entries(names).map(([name, typed]) => ({ kind, name, typed })));

describe.each(cases)('the $kind $name', ({ kind, name, typed }) => {
  const { register, login } = loginNames.find((one) => one.kind === kind) ?? expect.unreachable();

  it('is one account in every spelling', async () => {
    const server = await startServer();
    const { body: registered } = await server.call(register, { body: { [kind]: name, password } });
    expect(registered).toMatchObject({ [`_${kind}`]: name });
    for (const spelling of typed) {
      const body = { [kind]: spelling, password };
      expect([spelling, await server.call(login, { body })]).toMatchObject([spelling, { status: 201, body: { id: registered.id } }]);
    }
  });

  it('can be set in every spelling, and is stored in one', async () => {
    const server = await startServer();
    const { token } = await registerUser(server, 'someone');
    for (const spelling of typed) {
      const { status, body } = await server.call('updateAccount', { token, body: { [kind]: spelling } });
      expect([spelling, status, body[kind]?.toLowerCase()]).toEqual([spelling, 200, name]);
    }
  });
});

it.each(['123 456', '１２３４５６', '123456\n', '123-456', '\u200b123456'])('an SMS code typed as %j is that code', async (typed) => {
  const server = await startServer();
  const phone = '13800138000';
  await server.call('sendSmsCode', { body: { phone } });
  const code_hash = server.services.vault.fingerprint('123456', phone);
  await server.store.updateTable('sms_codes').set({ code_hash }).execute();
  expect(await server.call('checkSmsCode', { body: { phone: '138 0013 8000', code: typed } })).toMatchObject({ status: 200 });
});

it('a password is not changed', async () => {
  const server = await startServer();
  await server.call('registerByUsername', { body: { username: 'mei', password: ' plum rain ' } });
  const logIn = (password: string) => server.call('loginByUsername', { body: { username: 'mei', password } });
  expect((await logIn('plum rain')).status).toBe(400);
  expect((await logIn(' plum rain ')).status).toBe(201);
});

const impossible = [
  '12345',
  '1380013800',
  '138001380001',
  '0447911123456',
  '447911123456',
  '010-12345678',
  '+8612345',
  '+999123456789',
  '+4479111',
  '23800138000',
];

describe.each(['registerByPhone', 'loginByPhone', 'sendSmsCode', 'updateAccount'] as const)('%s', (operation) => {
  it.each(impossible)('with the impossible number %s: a 400 with an explanation', { tags: 'fault' }, async (phone) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const { status, body } = await server.call(operation, { token, body: { phone, password } });
    expect([status, body.code, body.errors]).toEqual([
      400,
      'request_invalid',
      [{ path: '/body/phone', message: expect.stringMatching(/number/) }],
    ]);
    expect(body.error_msg).toContain(body.errors[0].message);
    expect(JSON.stringify(body)).not.toMatch(/pattern|\^/);
  });
});

it.each([
  ['loginByUsername', { username: 'a@b', password }, /name/],
  ['loginByEmail', { email: 'mei.example.com', password }, /e-mail address/],
  ['checkSmsCode', { phone: '13800138000', code: 'abcdef' }, /digits/],
  ['silentLoginKuaishou', { code: 'the code is another one' }, /host's login.*no blanks/],
  ['silentLoginQq', {}, /code is missing/],
  ['silentLoginJd', { code: 'a b' }, /no blanks/],
  ['updateUser', { nickname: 'a\0b' }, /U\+0000/],
] as const)('%s says in words what %j has wrong, and no regular expression', async (operation, body, words) => {
  const server = await startServer();
  const { token } = await registerUser(server);
  const reply = await server.call(operation, { token, body });
  expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', error_msg: expect.stringMatching(words) } });
  expect(JSON.stringify(reply.body)).not.toMatch(/pattern|\^/);
});

describe('half a character', { tags: 'fault' }, () => {
  const half = '小明\ud83d';
  it.each([
    ['a nickname', 'updateUser', { nickname: half }, '/body/nickname'],
    ['a city', 'updateUser', { city: half }, '/body/city'],
    ['a custom field', 'updateUser', { pets: [{ name: half }] }, '/body/pets/0/name'],
    ['the name of a field', 'updateUser', { prefs: { [half]: 1 } }, '/body/prefs'],
    ['a username', 'registerByUsername', { username: half, password }, '/body/username'],
    ['a password', 'registerByUsername', { username: 'ming', password: `plum${half}rain` }, '/body/password'],
    ['a password to log in with', 'loginByUsername', { username: 'Mei', password: `plum${half}rain` }, '/body/password'],
    ['a new password', 'updateAccount', { password, new_password: `plum${half}rain` }, '/body/new_password'],
    ['a plain profile', 'updateProfileWechatV25', { nickName: half }, '/body/nickName'],
    ['a profile of JD', 'authorizedLoginJd', { code: 'any', userInfo: { nickName: half } }, '/body/userInfo/nickName'],
  ] as const)('in %s: refused by one rule', async (_what, operation, body, path) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const reply = await server.call(operation, { token, body });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ path }] } });
  });

  it('in a condition of a list: refused', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    const where = '{"nickname":{"$eq":"\\ud83d"}}';
    expect((await server.call('listUsers', { token, query: { where } })).status).toBe(400);
  });
});
