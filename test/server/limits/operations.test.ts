import { expect, it } from 'vitest';
import { operationTable } from '../../../generated/operations.ts';
import { operationLimits } from '../../../server/limits/operations.ts';
import { subjectsOf } from '../../../server/limits/subjects.ts';
import { operation, operationIds, requestMediaOf, resolve } from '../../support/contract.ts';
import { startServer } from '../../support/server.ts';

const about = /register|login|idp|sms|email|password|account/;
const limited = operationIds.filter((id) => about.test(operationTable[id].path));

it('leaves without a limit only what asks no platform, sends nothing, checks no secret, looks at few rows and writes none', () => {
  const unlimited = operationIds.filter((id) => !limited.includes(id) && id !== 'listUsers' && id !== 'updateUser');
  expect(operationIds.filter((id) => operationLimits[id].length === 0)).toEqual(unlimited);
});

it.each(limited)('limits %s by address', (id) => {
  expect(operationLimits[id].some((name) => name.endsWith('_ip'))).toBe(true);
});

it.each(operationIds.filter((id) => operationLimits[id].includes('send_ip')))('limits by app what %s sends, after all else', (id) => {
  expect(operationLimits[id].at(-1)).toMatch(/^(sms|mail)_app$/);
});

it.each(limited.filter((id) => operationTable[id].session === 'required'))('limits %s by user', (id) => {
  expect(operationLimits[id]).toContain('user');
});

it.each(
  limited.filter((id) => /silent-login|authenticate|phone-login|associat/.test(operationTable[id].path)),
)('limits %s by identity', (id) => {
  expect(operationLimits[id]).toContain('identity');
});

it.each(limited.filter((id) => 'password' in propertiesOf(id) || 'code' in propertiesOf(id)))('limits what %s can guess', (id) => {
  const counted = operationLimits[id].join(' ');
  expect(counted).toMatch(/account_ip|identity|user/);
});

it.each(
  limited.filter((id) => operationTable[id].session !== 'required' && operationLimits[id].some((name) => name.includes('_account'))),
)('counts the account that %s names', async (id) => {
  const { tenant } = await startServer();
  const [kind = 'none'] = ['username', 'email', 'phone'].filter((name) => name in propertiesOf(id));
  const { account } = await subjectsOf(id, tenant, '', undefined, { [kind]: '12345' });
  expect(account).toBe(`${kind} 12345`);
});

it.each(operationIds)('says in the contract whether %s has limits', (id) => {
  const { responses } = operation(id);
  const success = Object.keys(responses).find((status) => status.startsWith('2')) ?? '';
  const { headers = {} } = resolve(responses[success] ?? {});
  expect('RateLimit' in headers && 'RateLimit-Policy' in headers).toBe(operationLimits[id].length > 0);
});

function propertiesOf(id: (typeof operationIds)[number]): object {
  const { properties = {} } = resolve<{ properties?: object }>(requestMediaOf(id)?.schema ?? {});
  return properties;
}
