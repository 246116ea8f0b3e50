import { findPackageJSON } from 'node:module';
import { join } from 'node:path';

/** The project's folder, found from the sources or from `dist/server/`. */
const folder = join(findPackageJSON(import.meta.url) ?? '', '..');

/** @param path relative to the project's folder */
export const projectFile = (path: string): string => join(folder, path);
