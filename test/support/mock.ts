import { startMock as start } from '../../openapi/mock.ts';
import { createLog } from '../../server/log.ts';

/** Starts the mock as `npm run mock` does, on a port of its own. */
export const startMock = ({ dynamic = false } = {}) => start({ port: 0, dynamic, log: createLog('silent') });
