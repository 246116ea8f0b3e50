// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';

const register = async (username: string) => {
  const server = await startServer();
  await registerUser(server, 'adrian');
  return server.call('registerByUsername', { body: { username, password } });
};

describe('registering a username', () => {
  it.each([
    ['in capitals', 'ADRIAN'],
    ['in full width', 'ａｄｒｉａｎ'],
    ['in mathematical letters', '𝐚𝐝𝐫𝐢𝐚𝐧'],
    ['in circled letters', 'ⓐⓓⓡⓘⓐⓝ'],
    ['with a capital I with a dot', 'ADRİAN'],
    ['with an i without a dot', 'adrıan'],
  ])('a taken name %s: 409, taken', async (_case, username) => {
    expect(await register(username)).toMatchObject({ status: 409, body: { code: 'username_taken' } });
  });

  it.each([
    ['a space at its end', 'adrian '],
    ['a byte-order mark in front', '\ufeffadrian'],
  ])('a taken name with %s: 409, taken', async (_case, username) => {
    expect(await register(username)).toMatchObject({ status: 409, body: { code: 'username_taken' } });
  });

  it.each([
    ['a long s', 'boss', 'boſſ'],
    ['a sharp s', 'boss', 'boß'],
    ['a capital sharp s', 'boß', 'BOẞ'],
    ['the Kelvin sign', 'kim', '\u212aim'],
    ['another sigma at its end', 'νίκος', 'ΝΊΚΟσ'],
  ])('a taken name written with %s: 409, taken', async (_case, taken, username) => {
    const server = await startServer();
    await registerUser(server, taken);
    expect((await server.call('registerByUsername', { body: { username, password } })).status).toBe(409);
  });

  it.each([
    ['a zero-width space', 'ad\u200brian'],
    ['a zero-width joiner', 'ad\u200drian'],
    ['a soft hyphen', 'ad\u00adrian'],
    ['text that runs the other way', '\u202eadrian'],
    ['an isolate', '\u2066adrian\u2069'],
    ['a tag character', 'adrian\u{e0061}'],
    ['a variation selector', 'adrian\ufe0f'],
    ['a combining grapheme joiner', 'ad\u034frian'],
    ['a Hangul filler', 'adrian\u3164'],
    ['half of a pair', 'adrian\ud800'],
    ['a private-use character', 'adrian\ue000'],
    ['a NUL', 'ad\0rian'],
    ['a line break', 'ad\nrian'],
  ])('a taken name with %s: 400', async (_case, username) => {
    expect(await register(username)).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });

  it.each([
    ['Cyrillic letters that look alike', '\u0430drian'],
    ['Greek letters that look alike', '\u03b1drian'],
  ])('a taken name with %s: 400, because it mixes scripts', async (_case, username) => {
    expect(await register(username)).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });

  it.each([
    '小明',
    '小明ming',
    'さくらsakura',
    '김철수kim',
    'Zoë',
    'Иван',
    'محمد',
    'नमस्ते',
    'o’brien',
    'mei-mei_88',
    'mei.mei',
    '李 小明',
    'ⅷ',
  ])('a common name, %s: registered', async (username) => {
    expect((await register(username)).status).toBe(201);
  });
});
