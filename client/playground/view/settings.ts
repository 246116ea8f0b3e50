import { createContext, useContext, useEffect, useState } from 'react';
import { type Language, type Texts, texts } from '../texts.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The reader's choices, which the browser keeps. */
export interface Settings {
  language: Language;
  theme: Theme;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
}

const kept = (key: string): string | null => {
  try {
    return localStorage.getItem(`playground-${key}`);
  } catch {
    return null;
  }
};
const keep = (key: string, value: string) => {
  try {
    localStorage.setItem(`playground-${key}`, value);
  } catch {
    // A private window; the choice lasts as long as the page.
  }
};

const firstLanguage = (): Language => {
  const chosen = new URLSearchParams(location.search).get('lang') ?? kept('language') ?? navigator.language;
  return chosen.startsWith('zh') ? 'zh' : 'en';
};

/** Reads the choices, and applies them to the document. */
export function useSettings(): Settings {
  const [language, changeLanguage] = useState(firstLanguage);
  const [theme, changeTheme] = useState<Theme>(() => themes.find((name) => name === kept('theme')) ?? 'auto');
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = `${texts[language].title} · ${texts[language].product}`;
  }, [language]);
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return {
    language,
    theme,
    setLanguage(chosen) {
      keep('language', chosen);
      changeLanguage(chosen);
    },
    setTheme(chosen) {
      keep('theme', chosen);
      changeTheme(chosen);
    },
  };
}

export const LanguageContext = createContext<Language>('en');
export const useLanguage = (): Language => useContext(LanguageContext);
export const useTexts = (): Texts => texts[useLanguage()];
