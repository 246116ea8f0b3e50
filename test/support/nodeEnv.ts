import { fileURLToPath } from 'node:url';

/** Environment of a Node process that a test starts. Compiled code is cached, because a start without the cache takes twice as long. */
export const nodeEnv = { PATH: process.env.PATH, NODE_COMPILE_CACHE: fileURLToPath(new URL('../../.cache/node', import.meta.url)) };
