export { BaaS, type CurrentUser } from 'miniprogram-login-client';
export { messageFor } from 'miniprogram-login-client/messages';
