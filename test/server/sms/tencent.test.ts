import { describe, expect, it } from 'vitest';
import type { SmsSettings } from '../../../server/sms/settings.ts';
import { signTc3, tencent } from '../../../server/sms/tencent.ts';

const settings: SmsSettings = {
  provider: 'tencent',
  accessKeyId: 'id',
  accessKeySecret: 'key',
  signNames: ['云登录'],
  templateId: '1110',
  sdkAppId: '1400006666',
  region: 'ap-guangzhou',
  baseUrl: undefined,
};

describe("Tencent's requests", () => {
  it("are signed like Tencent Cloud's published example", () => {
    const body = String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`;
    const request = { host: 'cvm.tencentcloudapi.com', service: 'cvm', body, now: 1_551_113_065 };
    expect(signTc3(request, 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE', 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE')).toBe(
      'TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168',
    );
  });

  it.each([
    ['13800138000', '+8613800138000'],
    ['+85291234567', '+85291234567'],
    ['+13105551234', '+13105551234'],
  ])('contain %s as %s', (phone, named) => {
    const asked = tencent.request(phone, '048213', '云登录', settings, 1_800_000_000);
    expect(asked?.url.href).toBe('https://sms.tencentcloudapi.com/');
    expect(JSON.parse(String(asked?.init.body))).toEqual({
      PhoneNumberSet: [named],
      SmsSdkAppId: '1400006666',
      SignName: '云登录',
      TemplateId: '1110',
      TemplateParamSet: ['048213'],
    });
    expect(asked?.init.headers).toMatchObject({ 'X-TC-Action': 'SendSms', 'X-TC-Version': '2021-01-11', 'X-TC-Timestamp': '1800000000' });
  });
});
