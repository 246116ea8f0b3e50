import { en } from './texts/en.ts';
import type { Language, Texts } from './texts/texts.ts';
import { zh } from './texts/zh.ts';

export type { Language, Texts } from './texts/texts.ts';
export const texts: Record<Language, Texts> = { en, zh };
