export default definePageConfig({ navigationBarTitleText: '登录示例' });
