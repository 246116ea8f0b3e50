import { fileURLToPath } from 'node:url';

/** The bundle, which `/openapi.json` serves byte for byte. */
export const bundleFile = fileURLToPath(new URL('../generated/openapi.json', import.meta.url));
