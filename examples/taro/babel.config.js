module.exports = {
  presets: [['taro', { framework: 'react', ts: true, compiler: process.env.COMPILER === 'vite' ? 'vite' : 'webpack5' }]],
};
