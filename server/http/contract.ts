import { existsSync } from 'node:fs';
import { projectFile } from '../config/project.ts';

/** The bundle, which `/openapi.json` serves byte for byte. */
export const bundleFile = projectFile('generated/openapi.json');

/** The part of it for each audience (`x-audience`) that has operations, and the path that serves it. */
export const readerFiles = ['client', 'server', 'operator']
  .map((audience) => ({ path: `/openapi.${audience}.json`, file: projectFile(`generated/openapi.${audience}.json`) }))
  .filter(({ file }) => existsSync(file));

/** The bundle in other languages, and the path that serves each. */
export const translatedFiles = [{ path: '/openapi.zh-CN.json', file: projectFile('generated/openapi.zh-CN.json') }];
