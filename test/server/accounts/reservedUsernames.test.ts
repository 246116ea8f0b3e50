import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const register = (server: TestServer, username: string) => server.call('registerByUsername', { body: { username, password } });
const reserved = {
  status: 400,
  body: { code: 'request_invalid', errors: [{ path: '/body/username', message: expect.stringContaining('reserved') }] },
};

describe('reserved usernames', () => {
  it.each([
    'admin',
    'Admin',
    'ＡＤＭＩＮ',
    'ad_min',
    'a.d.m.i.n',
    '-root-',
    'System',
    '管理员',
    '官方 客服',
    'null',
    'shop',
    'SHOP',
    '商城小助手',
  ])('%s, which would impersonate the operator: no registration, change or upgrade to it', {
    tags: 'fault',
  }, async (username) => {
    const server = await startServer({ configure: (app) => ({ ...app, reserved_usernames: ['Shop', '商城小助手'] }) });
    expect(await register(server, username)).toMatchObject(reserved);
    const { token } = await registerUser(server);
    expect(await server.call('updateAccount', { token, body: { username } })).toMatchObject(reserved);
    const { body: anonymous } = await server.call('loginAnonymously', {});
    const upgrade = { token: anonymous.token, body: { username, password } };
    expect(await server.call('registerByUsername', upgrade)).toMatchObject(reserved);
  });

  it.each([
    'administrator2',
    'shopper',
    'rooted',
    '客服小王',
    'shop',
  ])('%s is allowed in an app that does not reserve it', async (username) => {
    expect((await register(await startServer(), username)).status).toBe(201);
  });

  it.each(['❤️', '👨‍👩‍👧', '小明👍🏽', '🇨🇳mei'])('%s, whose emoji has invisible characters, is accepted and logs in', async (username) => {
    const server = await startServer();
    expect((await register(server, username)).body).toMatchObject({ _username: username });
    const plain = username.replaceAll('\ufe0f', '');
    expect((await server.call('loginByUsername', { body: { username: plain, password } })).status).toBe(201);
  });

  it.each([
    ['x y', 'x  y'],
    ['x y', 'x\u3000y'],
    ['x y', 'x\u00a0 y'],
    ['❤', '❤️'],
  ])('%j and %j, which look alike: one account', { tags: 'fault' }, async (first, second) => {
    const server = await startServer();
    expect((await register(server, first)).status).toBe(201);
    expect(await register(server, second)).toMatchObject({ status: 409, body: { code: 'username_taken' } });
    expect((await server.call('loginByUsername', { body: { username: second, password } })).status).toBe(201);
  });

  it.each([
    ['a zero-width space', 'a\u200bb'],
    ['text that runs the other way', 'a\u202eb'],
    ['a variation selector', 'a\ufe0fb'],
    ['a zero-width joiner', 'mei\u200d'],
    ['a Braille blank', 'mei\u2800'],
    ['a Hangul filler', 'mei\u3164'],
    ['a line separator', 'a\u2028b'],
  ])('one with %s, outside an emoji: refused', { tags: 'fault' }, async (_invisible, username) => {
    expect((await register(await startServer(), username)).status).toBe(400);
  });

  it.each([
    ['an accent without a letter', '\u0301', 'accents'],
    ['an enclosing mark in front', '\u0488mei', 'accents'],
    ['five accents on one letter', 'me\u0300\u0301\u0302\u0303\u0304i', 'accents'],
    ['a full-width @', 'mei＠qq.com', '@'],
  ])('one with %s: refused with an explanation', { tags: 'fault' }, async (_mark, username, words) => {
    const server = await startServer();
    const errors = [{ path: '/body/username', message: expect.stringContaining(words) }];
    expect(await register(server, username)).toMatchObject({ status: 400, body: { errors } });
    const { token } = await registerUser(server);
    expect(await server.call('updateAccount', { token, body: { username } })).toMatchObject({ status: 400, body: { errors } });
  });

  it.each(['Nguyễn Thị Ái', 'ก็กี่', 'हिन्दी', 'שָׁלוֹם', 'résumé'])('%s, with the marks of its language: accepted', async (username) => {
    expect((await register(await startServer(), username)).status).toBe(201);
  });
});
