import { findPackageJSON } from 'node:module';
import { join } from 'node:path';

/** The project's folder, for the sources and for what `build.ts` makes of them, which lies deeper. */
const folder = join(findPackageJSON(import.meta.url) ?? '', '..');

/** @param path from the project's folder */
export const projectFile = (path: string): string => join(folder, path);
