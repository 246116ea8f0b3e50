/** 开发时登录为沙箱中的 larry，各平台都不需要账号。上线时换成 { clientID: '…', host: 'https://login.your-domain.cn' }。 */
export const options = { sandbox: 'larry', host: 'http://127.0.0.1:3000' };
