import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../server/observe/log.ts';
import { readableLog } from '../../../server/observe/readableLog.ts';

describe('the readable log', () => {
  it('shows a request as text, with its id if it failed, and further fields', async () => {
    const written: string[] = [];
    const readable = await readableLog({ write: (text) => void written.push(stripVTControlCharacters(text)) });
    const log = createLog('info', readable);
    const request = {
      request_id: '50c233e5',
      method: 'POST',
      path: '/hserve/v2.1/login/username/',
      operation: 'loginByUsername',
      ms: 7.91,
    };
    log.info({ ...request, status: 200, app: 'sandbox' }, 'request completed');
    log.warn({ ...request, status: 400, error: { code: 'credentials_invalid' } }, 'request failed');
    log.error({ err: new Error('disk full') }, 'not ready');
    const output = written.join('');
    const [completed, failed, fault] = output.replaceAll(/^\[[\d:]+\] /gm, '').split('\n');
    expect(completed).toBe('INFO: POST /hserve/v2.1/login/username/ -> 200 loginByUsername 8 ms {"app":"sandbox"}');
    expect(failed).toBe(
      'WARN: POST /hserve/v2.1/login/username/ -> 400 loginByUsername 8 ms, request_id 50c233e5 {"error":{"code":"credentials_invalid"}}',
    );
    expect(fault).toContain('ERROR: not ready');
    expect(output).toContain('disk full');
  });
});
