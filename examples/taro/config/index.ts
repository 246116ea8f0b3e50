import { defineConfig } from '@tarojs/cli';

/** 用 `COMPILER=vite` 换成 Vite；默认是 webpack。 */
const isVite = process.env.COMPILER === 'vite';

export default defineConfig({
  projectName: 'miniprogram-login-example-taro',
  designWidth: 750,
  deviceRatio: { 375: 2, 640: 1.17, 750: 1, 828: 0.905 },
  sourceRoot: 'src',
  outputRoot: `dist/${process.env.TARO_ENV}`,
  framework: 'react',
  compiler: isVite ? 'vite' : 'webpack5',
  plugins: [],
  mini: {},
  h5: { router: { mode: 'hash' } },
});
