import { type RefObject, useLayoutEffect } from 'react';

/** Marks the part of a page that takes over the focus of a smaller part within it. */
export const focusHeir = { 'data-focus-heir': '' };

/** When a part that has the focus disappears, the first button around it gets the focus, so that a person with a keyboard stays there. */
export function useKeptFocus(part: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = part.current;
    const heir = element?.closest('[data-focus-heir]');
    return () => {
      if (element?.contains(document.activeElement)) setTimeout(() => heir?.querySelector('button')?.focus());
    };
  }, [part]);
}
