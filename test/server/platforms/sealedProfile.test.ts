import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSignedProfile, watermarkedProfile } from '../../../server/platforms/sealedProfile.ts';

const sessionKey = Buffer.alloc(16, 1).toString('base64');
const person = { openid: 'larry', sessionKey };
const settings = { app_id: 'ours', app_secret: 'secret' };

/** What a host would give of a profile, made without the sandbox. */
function grant(content: object) {
  const iv = Buffer.alloc(16, 2);
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv);
  return {
    rawData: '{}',
    signature: createHash('sha1').update(`{}${sessionKey}`).digest('hex'),
    encryptedData: Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]).toString('base64'),
    iv: iv.toString('base64'),
  };
}
const open = (content: object) => openSignedProfile(grant(content), person, settings);

describe('a sealed profile', () => {
  it('keeps the names of the platform, and gives those of the contract', () => {
    expect(open({ openId: 'larry', unionId: 'u', nickName: 'Larry。', gender: 1, avatarUrl: 'a', age: 30 })).toEqual({
      original: { nickName: 'Larry。', gender: 1, avatarUrl: 'a' },
      fields: { nickname: 'Larry。', gender: 1, avatar: 'a' },
      unionid: 'u',
    });
  });

  it.each([
    [1, 1],
    ['2', 2],
    ['F', 2],
    ['M', 1],
    ['unknown', undefined],
    [7, undefined],
  ])('reads the gender %j as %j', (gender, stored) => {
    expect(open({ nickName: 'Larry。', gender })?.fields.gender).toBe(stored);
  });

  it('needs neither openid nor watermark, as newer hosts and Kuaishou give none', () => {
    expect(open({ nickName: 'Larry。' })?.fields.nickname).toBe('Larry。');
  });

  it('needs a watermark on WeChat', () => {
    expect(() => openSignedProfile(grant({ nickName: 'Larry。' }), person, settings, watermarkedProfile)).toThrow(
      expect.objectContaining({ code: 'payload_corrupt' }),
    );
  });

  it('cannot be opened where the platform gave no session key', () => {
    expect(() => openSignedProfile(grant({ nickName: 'Larry。' }), { openid: 'larry' }, settings)).toThrow(
      expect.objectContaining({ code: 'session_key_expired' }),
    );
  });
});
