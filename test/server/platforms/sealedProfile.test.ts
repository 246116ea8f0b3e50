import { describe, expect, it } from 'vitest';
import { kuaishouProfile, openSignedProfile, qqProfile, wechatProfile } from '../../../server/platforms/sealedProfile.ts';
import { sealWith, sessionKey, signWith } from '../../support/sealing.ts';

const person = { openid: 'larry', sessionKey };
const settings = { app_id: 'ours', app_secret: 'secret' };

/** Opens a host's profile; the sealed form equals the signed one by default. */
const open = (
  signed: object | string,
  sealed: object | string = signed,
  rules = qqProfile,
  of: typeof person & { unionid?: string } = person,
) => openSignedProfile({ ...signWith(signed), ...sealWith(sealed) }, of, settings, rules);
const unfit = expect.objectContaining({ code: 'sealed_data_invalid' });

describe('a signed profile', () => {
  it("has the platform's names and the contract's", () => {
    const shown = { nickName: 'Larry。', gender: 1, avatarUrl: 'https://a.example/1', age: 30 };
    expect(open(shown, { ...shown, openId: 'larry', unionId: 'u' })).toEqual({
      original: { nickName: 'Larry。', gender: 1, avatarUrl: 'https://a.example/1' },
      fields: { nickname: 'Larry。', gender: 1, avatar: 'https://a.example/1' },
    });
  });

  it.each([
    [1, 1],
    ['2', 2],
    ['F', 2],
    ['M', 1],
    ['unknown', undefined],
    [7, undefined],
  ])('has the gender %j read as %j', (gender, stored) => {
    expect(open({ nickName: 'Larry。', gender })?.fields.gender).toBe(stored);
  });

  it('needs neither openid nor watermark, because newer hosts and Kuaishou return none', () => {
    expect(open({ nickName: 'Larry。' })?.fields.nickname).toBe('Larry。');
  });

  it('needs a watermark on WeChat', () => {
    expect(() => open({ nickName: 'Larry。' }, { nickName: 'Larry。' }, wechatProfile)).toThrow(unfit);
  });

  it('cannot be opened if the platform returned no session key', () => {
    const grant = { ...signWith({ nickName: 'Larry。' }), ...sealWith({ nickName: 'Larry。' }) };
    expect(() => openSignedProfile(grant, { openid: 'larry' }, settings, qqProfile)).toThrow(
      expect.objectContaining({ code: 'session_key_expired' }),
    );
  });

  it.each([
    ['raw control characters', '{"nickName":"A\u0014B"}', '{"nickName":"A\u0014B"}'],
    ['a raw tab and newline', '{"nickName":"A\t\nB"}', '{"nickName":"A\t\nB"}'],
    ['control characters that one of the two escapes', '{"nickName":"A\\u0014B"}', '{"nickName":"A\u0014B"}'],
    ['control characters that one of the two leaves out', '{"nickName":"AB"}', '{"nickName":"A\u0014B"}'],
    ['a byte order mark', '{"nickName":"AB"}', '\uFEFF{"nickName":"AB"}'],
    ['white space between its parts', '{"nickName":"AB"}', '{\r\n\t"nickName" :\n"AB" }'],
  ])('is accepted with %s', (_case, signed, sealed) => {
    expect(open(signed, sealed)?.fields.nickname).toBe('AB');
  });

  it.each([
    ['an emoji', '{"nickName":"🦊"}', '{"nickName":"\\ud83e\\udd8a"}'],
    ['half an emoji', '{"nickName":"A\ud83e"}', '{"nickName":"A\\ud83e"}'],
    ['a number as text', '{"nickName":"A","gender":1}', '{"nickName":"A","gender":"1"}'],
    ['a language that is signed alone', '{"nickName":"A","language":"zh_CN"}', '{"nickName":"A"}'],
    [
      'fields that we do not know',
      '{"nickName":"A","is_demote":true,"tags":{"a":[1]}}',
      '{"tags":{"a":[1]},"is_demote":true,"nickName":"A"}',
    ],
  ])('is accepted with %s', (_case, signed, sealed) => {
    expect(open(signed, sealed)).toBeDefined();
  });
});

describe('a sealed profile that differs from the signed one', { tags: 'fault' }, () => {
  const shown = { nickName: 'Larry。', gender: 1, city: 'Huizhou', avatarUrl: 'https://a.example/1' };
  it.each([
    ['another nickname', { ...shown, nickName: 'Lars' }],
    ['another gender', { ...shown, gender: 2 }],
    ['another avatar', { ...shown, avatarUrl: 'b' }],
    ['no city', { ...shown, city: undefined }],
    ['a province added', { ...shown, province: 'Guangdong' }],
    ['a phone number added', { ...shown, phoneNumber: '13800138000' }],
    ['another openid', { ...shown, openId: 'mei' }],
    ['an openid that is not a text', { ...shown, openId: 1 }],
    ['the watermark of another app', { ...shown, watermark: { appid: 'theirs', timestamp: 1 } }],
    ['a list', [shown]],
    ['no object', '"Larry。"'],
    ['null', 'null'],
    ['no text', ''],
    ['two nicknames', '{"nickName":"Larry。","gender":1,"city":"Huizhou","avatarUrl":"a","nickName":"Larry。"}'],
    ['two nicknames, one written otherwise', '{"nickName":"Lars","gender":1,"city":"Huizhou","avatarUrl":"a","\\u006eickName":"Larry。"}'],
    [
      'two openids in a watermark',
      '{"nickName":"Larry。","gender":1,"city":"Huizhou","avatarUrl":"a","watermark":{"appid":"x","appid":"ours"}}',
    ],
    ['a prototype', '{"nickName":"Larry。","gender":1,"city":"Huizhou","avatarUrl":"a","__proto__":{"openId":"mei"}}'],
    [
      'a depth that no profile has',
      `{"nickName":"Larry。","gender":1,"city":"Huizhou","avatarUrl":"a","x":${'['.repeat(4000)}${']'.repeat(4000)}}`,
    ],
    ['a text behind it', `${JSON.stringify(shown)}{}`],
  ])('is refused with %s', (_case, sealed) => {
    expect(() => open(shown, sealed)).toThrow(unfit);
  });

  it('is refused although both are equal, if both lack the fields of a profile', () => {
    expect(() => open({ gender: 1 })).toThrow(unfit);
    expect(() => open('[]', '{}')).toThrow(unfit);
  });

  it('is refused with bytes that are not UTF-8', () => {
    const bytes = Buffer.from('{"nickName":"Larry\xff"}', 'latin1');
    const grant = { ...signWith({ nickName: 'Larry\ufffd' }), ...sealWith(bytes) };
    expect(() => openSignedProfile(grant, person, settings, qqProfile)).toThrow(unfit);
  });

  it('is refused on Kuaishou with a unionid, which Kuaishou does not seal', () => {
    expect(() => open(shown, { ...shown, unionId: 'u' }, kuaishouProfile)).toThrow(unfit);
  });

  it('is logged with the names of differing profile fields', () => {
    const thrown = expect.objectContaining({ detail: { fault: 'differs from rawData', fields: ['nickName', '(unknown)'] } });
    expect(() => open(shown, { ...shown, nickName: 'Lars', secret: 1 })).toThrow(thrown);
  });
});

describe('a unionid', { tags: 'fault' }, () => {
  it('is used only if it is signed', () => {
    expect(open({ nickName: 'A' }, { nickName: 'A', unionId: 'u' })).not.toHaveProperty('unionid');
    expect(open({ nickName: 'A', unionId: 'u' })).toHaveProperty('unionid', 'u');
    expect(() => open({ nickName: 'A', unionId: 'u' }, { nickName: 'A', unionId: 'v' })).toThrow(unfit);
  });

  it("is refused if it differs from the code's", () => {
    expect(() => open({ nickName: 'A' }, { nickName: 'A', unionId: 'u' }, qqProfile, { ...person, unionid: 'v' })).toThrow(unfit);
  });
});
