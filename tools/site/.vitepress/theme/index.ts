import type { Theme } from 'vitepress';
import defaultTheme from 'vitepress/theme-without-fonts';
import { indexTerms, queryTerms } from '../../tokenize.ts';
import './style.css';

/** VitePress's own theme, with the system's fonts, and a search that divides texts as the index does. */
export default {
  extends: defaultTheme,
  enhanceApp({ siteData }) {
    // The tokeniser is not in the configuration, because a browser would have to compile it from there.
    siteData.value.themeConfig.search.options.miniSearch.options = {
      tokenize: indexTerms,
      searchOptions: { tokenize: queryTerms, combineWith: 'AND', prefix: true, fuzzy: false, boost: { title: 4, text: 2, titles: 1 } },
    };
  },
} satisfies Theme;
