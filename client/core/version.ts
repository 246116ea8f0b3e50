/** The package's version, sent with every request. */
export const version = '0.2.0';
