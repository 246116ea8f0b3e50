/** The navigation that the reference and the other pages of the documentation share: addresses below `/docs`, in the order shown. */
export const docsNavigation = {
  en: {
    title: 'Mini-program login',
    /** The reference itself. */
    reference: { path: '', text: 'Reference' },
    pages: [
      { path: 'start', text: 'Start' },
      { path: 'client/', text: 'Apps' },
      { path: 'verify-sessions', text: 'Back ends' },
      { path: 'deploy/', text: 'Operation' },
      { path: 'errors', text: 'Errors' },
      { path: 'recipes', text: 'Recipes' },
    ],
    /** The recipes, if the site was not built. */
    recipes: { path: 'recipes', text: 'Recipes' },
  },
  'zh-CN': {
    title: '小程序登录',
    reference: { path: 'zh-CN', text: '接口参考' },
    pages: [
      { path: 'zh-CN/start', text: '开始' },
      { path: 'zh-CN/guides/', text: '各平台' },
      { path: 'zh-CN/client/', text: '客户端' },
      { path: 'zh-CN/verify-sessions', text: '业务后端' },
      { path: 'zh-CN/deploy/', text: '部署' },
      { path: 'zh-CN/errors', text: '错误码' },
      { path: 'zh-CN/recipes', text: '示例手册' },
    ],
    recipes: { path: 'recipes.zh-CN', text: '示例手册' },
  },
} as const;
