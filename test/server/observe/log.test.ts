import { describe, expect, it } from 'vitest';
import { type CurrentRequest, runRequest } from '../../../server/observe/currentRequest.ts';
import { createLog } from '../../../server/observe/log.ts';

describe('the log', () => {
  it('shows an error without the properties that a database adds', () => {
    const lines: string[] = [];
    const log = createLog('error', { write: (text) => void lines.push(text) });
    const error = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (value)=(13800138000) already exists.' });
    log.error(error, 'not stored');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'not stored',
      err: { type: 'Error', message: 'duplicate key', code: '23505' },
    });
    expect(lines[0]).not.toContain('13800138000');
  });

  it('has the request id in every line', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (text) => void lines.push(text) });
    log.info({ port: 3000 }, 'outside');
    runRequest({ id: 'current' } as CurrentRequest, () => {
      log.info({ app: 'shop' }, 'inside');
      log.info({ request_id: 'own' }, 'of another');
    });
    expect(lines.map((line) => JSON.parse(line).request_id)).toEqual([undefined, 'current', 'own']);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ app: 'shop', msg: 'inside' });
  });
});
