import type { Request } from 'express';
import type { Language } from '../errors.ts';

/** The language of texts for developers: Chinese for a client that prefers it to English, otherwise English. */
export const languageOf = (request: Request): Language => (request.acceptsLanguages('en', 'zh') === 'zh' ? 'zh' : 'en');
