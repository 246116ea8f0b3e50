import { createLog } from '../../server/observe/log.ts';
import { startMock as start } from '../../tools/mock.ts';

/** Starts the mock as `npm run mock` does, on a free port. */
export const startMock = ({ dynamic = false } = {}) => start({ port: 0, dynamic, log: createLog('silent') });
