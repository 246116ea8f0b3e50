import { describe, expect, it } from 'vitest';
import { type OperationId, operationTable } from '../../../generated/operations.ts';
import { limitOf, operationLimits } from '../../../server/limits/limits.ts';
import { subjectsOf } from '../../../server/limits/subjects.ts';
import { operationIds, requestMediaOf, resolve, takesServerKey } from '../../support/contract.ts';
import { startServer } from '../../support/server.ts';

const about = /register|login|idp|sms|email|password|account|merge/;
const limited = operationIds.filter((id) => about.test(operationTable[id].path));
/** Operations without a history say by their method whether they write; those of the team's own servers have a key that no one guesses. */
const writes = operationIds.filter(
  (id) => operationTable[id].path.startsWith('/v1/') && operationTable[id].method !== 'GET' && !takesServerKey(id),
);
const readMuch = ['listUsers', 'exportMe'];

describe('limits in the contract', () => {
  it('exist for every operation that calls a platform, sends a message, verifies a secret, reads many rows or writes', () => {
    const cheap = (id: OperationId) => ![...limited, ...writes, ...readMuch, 'updateUser'].includes(id);
    const unlimited = operationIds.filter(cheap);
    expect(operationIds.filter((id) => operationLimits[id].length === 0)).toEqual(unlimited);
  });

  it.each(limited)('limit %s by network', (id) => {
    expect(operationLimits[id].some((name) => limitOf(name).per === 'network')).toBe(true);
  });

  it.each(
    operationIds.filter((id) => operationLimits[id].includes('send_ip')),
  )('limit %s by app, last, because it sends messages', (id) => {
    expect(operationLimits[id].at(-1)).toMatch(/^(sms|mail)_app$/);
  });

  it.each(limited.filter((id) => operationTable[id].session === 'required'))('limit %s by user', (id) => {
    expect(operationLimits[id]).toContain('user');
  });

  it.each(
    limited.filter((id) => /silent-login|authenticate|phone-login|associat/.test(operationTable[id].path)),
  )('limit %s by identity', (id) => {
    expect(operationLimits[id]).toContain('identity');
  });

  it.each(limited.filter((id) => 'password' in propertiesOf(id) || 'code' in propertiesOf(id)))('limit guesses by %s', (id) => {
    const counted = operationLimits[id].join(' ');
    expect(counted).toMatch(/account_ip|identity|user/);
  });

  it.each(
    limited.filter(
      (id) => operationTable[id].session !== 'required' && operationLimits[id].some((name) => limitOf(name).per.startsWith('account')),
    ),
  )('count %s for the account that its body names', async (id) => {
    const { tenant } = await startServer();
    const [kind = 'none'] = ['username', 'email', 'phone'].filter((name) => name in propertiesOf(id));
    const { account } = await subjectsOf(id, tenant, '', undefined, { [kind]: '12345' });
    expect(account).toBe(`${kind} 12345`);
  });
});

function propertiesOf(id: (typeof operationIds)[number]): object {
  const { properties = {} } = resolve<{ properties?: object }>(requestMediaOf(id)?.schema ?? {});
  return properties;
}
