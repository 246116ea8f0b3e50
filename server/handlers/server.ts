import type { Handler } from '../operations.ts';

/** Version of the published SDK that the server is tested with. The SDK logs a hint if its own version differs. */
const publishedClient = '3.23.6';

const getServerTime: Handler<'getServerTime'> = async ({ services }) => ({
  status: 200,
  body: { time: new Date(services.now() * 1000).toISOString() },
});

const getLatestSdkVersion: Handler<'getLatestSdkVersion'> = async () => ({
  status: 200,
  body: {
    wechat_miniapp: publishedClient,
    qq_miniapp: publishedClient,
    baidu_miniapp: publishedClient,
    jd_miniapp: publishedClient,
    kuaishou_miniapp: publishedClient,
    alipay_miniapp: publishedClient,
    bytedance_miniapp: publishedClient,
    web: publishedClient,
  },
});

export const serverOperations = { getServerTime, getLatestSdkVersion };
