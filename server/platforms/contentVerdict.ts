/** A platform's verdict on content, by the words that WeChat has for it. Content under `review` is for a person to decide. */
export const contentVerdicts = ['pass', 'review', 'risky'] as const;
export type ContentVerdict = (typeof contentVerdicts)[number];

/** Reads a verdict. One that is not known is for a person to decide, too. */
export const verdictOf = (text: string): ContentVerdict => contentVerdicts.find((verdict) => verdict === text) ?? 'review';
