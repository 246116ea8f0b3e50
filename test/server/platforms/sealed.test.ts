import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkSignature, openFramed, openSealed } from '../../../server/platforms/sealed.ts';

/** WeChat's own example, as its documents and its demo code publish it. */
const wechat = {
  sessionKey: 'tiihtNczf5v6AKRyjwEUhQ==',
  iv: 'r7BXXKkLb8qrSNn05n0qiA==',
  encryptedData:
    'CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142d' +
    'NCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn' +
    '/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns' +
    '/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuy' +
    'Db/XcxxmK01EpqOyuxINew==',
};

/** Made with `openssl enc -aes-192-cbc -nopad` over a frame with 18 and one with 24 bytes of padding, both above the AES block. */
const baidu = {
  sessionKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYX',
  iv: 'ZGVmZ2hpamtsbW5vcHFycw==',
  pad18: 'Zlbml/MQ7OJ2tcK+Pt9s+uWyqnSFSEfVrbvlXVbV3wNUedihhhEUrMqoFeIlYb4S9ed0qaNQ+o+8nBIxd6Ls4puiKD/Tq5evlN2AYtD18Mc50GWOotKVaZ5AAXsfBMap',
  pad24:
    'Zlbml/MQ7OJ2tcK+Pt9s+vlXCpj9Xg4eL/PMCmNSPT0SqwGaY7J39SjpIdXwtL3P0SjeZIs4G4gd8DK82XVMF2K13lSOtDXqrXFI/La3517N7wRQOxbR42yKDYviy3XhIACR' +
    'nfHHb+3vQuJcMp4cz46xS5K6HUXIuxtWBZFOI1w=',
};
const otherKey = (length: number) => Buffer.alloc(length, 7).toString('base64');
const seal = (text: string, sessionKey: string) => {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(wechat.iv, 'base64'));
  return { encryptedData: Buffer.concat([cipher.update(text), cipher.final()]).toString('base64'), iv: wechat.iv };
};

describe('data that WeChat sealed', () => {
  it('opens with its key', () => {
    expect(openSealed(wechat, wechat.sessionKey)).toMatchObject({
      openId: 'oGZUI0egBJY1zhBYw2KhdUfwVJJE',
      nickName: 'Band',
      watermark: { appid: 'wx4f4bc4dec97d474b', timestamp: 1477314187 },
    });
  });

  it('does not open with another key', () => {
    expect(() => openSealed(wechat, otherKey(16))).toThrow(expect.objectContaining({ code: 'sealed_data_invalid' }));
  });

  it('does not open if the padding is right by chance and the plaintext is not JSON', () => {
    const sealed = seal('not JSON', wechat.sessionKey);
    expect(() => openSealed(sealed, wechat.sessionKey)).toThrow(expect.objectContaining({ code: 'sealed_data_invalid' }));
  });

  it.each([
    ['an iv', { ...wechat, iv: 'AAAA' }],
    ['data', { ...wechat, encryptedData: wechat.encryptedData.slice(4) }],
    ['a key', { ...wechat, sessionKey: otherKey(24) }],
  ])('does not open with %s of an invalid length', (_case, { sessionKey, ...sealed }) => {
    expect(() => openSealed(sealed, sessionKey)).toThrow(expect.objectContaining({ code: 'sealed_data_invalid' }));
  });
});

describe('data that Baidu sealed', () => {
  it.each(['pad18', 'pad24'] as const)('opens with its key (%s)', (name) => {
    const opened = openFramed({ encryptedData: baidu[name], iv: baidu.iv }, baidu.sessionKey, 'sandbox-baidu');
    expect(opened).toMatchObject({ openid: 'o1', nickname: 'Larry。', sex: 1 });
  });

  it('does not open with another key', () => {
    const sealed = { encryptedData: baidu.pad18, iv: baidu.iv };
    expect(() => openFramed(sealed, otherKey(24), 'sandbox-baidu')).toThrow(expect.objectContaining({ code: 'sealed_data_invalid' }));
  });

  it('does not open for another app', () => {
    const sealed = { encryptedData: baidu.pad18, iv: baidu.iv };
    expect(() => openFramed(sealed, baidu.sessionKey, 'another-app')).toThrow(expect.objectContaining({ code: 'sealed_data_invalid' }));
  });

  it('does not open with a key of WeChat’s length', () => {
    const sealed = { encryptedData: baidu.pad18, iv: baidu.iv };
    expect(() => openFramed(sealed, otherKey(16), 'sandbox-baidu')).toThrow(expect.objectContaining({ code: 'sealed_data_invalid' }));
  });
});

describe('a signature', () => {
  /** WeChat's own example. */
  const rawData =
    '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn' +
    '/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}';
  const signature = '75e81ceda165f4ffa64f4068af58c64b8f54b88c';
  const sessionKey = 'HyVFkGl5F5OQWJZZaNzBBg==';

  it('is valid for the literal raw data and the key', () => {
    expect(() => checkSignature(rawData, signature, sessionKey)).not.toThrow();
  });

  it.each([
    ['the raw data was serialised again', JSON.stringify(JSON.parse(rawData), null, 1), sessionKey],
    ['the key is another', rawData, otherKey(16)],
  ])('is invalid if %s', (_case, raw, key) => {
    expect(() => checkSignature(raw, signature, key)).toThrow(expect.objectContaining({ code: 'signature_invalid' }));
  });
});
