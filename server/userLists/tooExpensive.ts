import { ApiError, type Text } from '../errors.ts';

/** How to narrow a list that reads too many users. */
export const narrow: Text = {
  en: 'Use `id` ($eq, $in) or `nickname` ($eq) in `where`, or sort only by id, created_at or nickname without counting.',
  zh: '请在 `where` 中使用 `id`（$eq、$in）或 `nickname`（$eq），或只按 id、created_at 或 nickname 排序，并且不计总数。',
};

export const tookTooLong = (milliseconds: number): Text => ({
  en: `it took more than ${milliseconds} milliseconds`,
  zh: `耗时超过 ${milliseconds} 毫秒`,
});

/** The error for a list that costs too much. */
export const tooExpensive = (reason: Text, advice: Text): ApiError =>
  new ApiError('query_too_expensive', {
    text: { en: `The query is too expensive: ${reason.en}. ${advice.en}`, zh: `查询的开销过大：${reason.zh}。${advice.zh}` },
  });
