/** The text that generation adds to a contract, by language. */
export const derivedTexts = {
  en: {
    rateLimits: (names: string[]) => `Rate limits: ${names.join(', ')}.`,
    olderPath: (summary: string | undefined) => `${summary} (older path)`,
    olderPathOf: (operationId: string) =>
      `An older path of \`${operationId}\`, for apps with an older SDK. It does the same, within the same limits.`,
  },
  'zh-CN': {
    rateLimits: (names: string[]) => `限流规则：${names.join('、')}。`,
    olderPath: (summary: string | undefined) => `${summary}（旧路径）`,
    olderPathOf: (operationId: string) => `\`${operationId}\` 的旧路径，供使用旧版 SDK 的应用调用。作用相同，共用同样的限流。`,
  },
};

export type Language = keyof typeof derivedTexts;
