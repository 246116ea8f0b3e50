/** 登录服务的地址和应用的 client id。沙箱的应用是 sandbox。 */
export const host = 'http://127.0.0.1:3000';
export const clientId = 'sandbox';
