/** The anchor that GitHub gives a heading, which the documentation's pages have, too. */
export const headingAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

/** The anchor that the reference (Scalar) gives an operation. @param method in capitals */
export const referenceAnchor = (tag: string, method: string, path: string): string =>
  `tag/${tag.toLowerCase().replaceAll(' ', '-')}/${method}${path}`;
