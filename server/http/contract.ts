import { projectFile } from '../config/project.ts';

/** The bundle, which `/openapi.json` serves byte for byte. */
export const bundleFile = projectFile('generated/openapi.json');
