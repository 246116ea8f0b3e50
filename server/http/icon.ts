/** The icon of every page: a keyhole. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#07a35a"/><circle cx="16" cy="12.5" r="5" fill="#fff"/><path d="M14 15h4l2.5 10h-9z" fill="#fff"/></svg>';

/** The icon within a page, which then asks the server for no file. */
export const iconLink = `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">`;
