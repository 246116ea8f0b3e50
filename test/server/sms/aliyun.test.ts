import { describe, expect, it } from 'vitest';
import { aliyun, signAcs3 } from '../../../server/sms/aliyun.ts';
import type { SmsSettings } from '../../../server/sms/settings.ts';

const settings: SmsSettings = {
  provider: 'aliyun',
  accessKeyId: 'id',
  accessKeySecret: 'secret',
  signNames: ['云登录'],
  templateId: 'SMS_1',
  sdkAppId: undefined,
  region: '',
  baseUrl: undefined,
};
const request = (phone: string) => aliyun.request(phone, '048213', "云 登*录's", settings, 1_800_000_000);

describe("Aliyun's requests", () => {
  it("are signed like Alibaba Cloud's published example", () => {
    const headers = signAcs3(
      {
        url: new URL(
          'https://ecs.cn-shanghai.aliyuncs.com/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai',
        ),
        action: 'RunInstances',
        version: '2014-05-26',
        date: '2023-10-26T10:22:32Z',
        nonce: '3156853299f313e23d1673dc12e1703d',
      },
      'YourAccessKeyId',
      'YourAccessKeySecret',
    );
    expect(headers.Authorization).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  it('have a query that is sorted and encoded as the signature requires', () => {
    expect(request('13800138000')?.url.href).toBe(
      'https://dysmsapi.aliyuncs.com/?PhoneNumbers=13800138000&SignName=%E4%BA%91%20%E7%99%BB%2A%E5%BD%95%27s&TemplateCode=SMS_1&TemplateParam=%7B%22code%22%3A%22048213%22%7D',
    );
    expect(request('13800138000')?.init.headers).toMatchObject({ 'x-acs-date': '2027-01-15T08:00:00Z' });
  });

  it('contain a foreign number without its plus, unless it looks like a mainland number', () => {
    expect(request('+85291234567')?.url.searchParams.get('PhoneNumbers')).toBe('85291234567');
    expect(request('+13105551234')).toBeUndefined();
  });
});
