// @module-tag fault
import { describe, expect, it, onTestFinished } from 'vitest';
import { perishables, startCleanup } from '../../../server/process/cleanup.ts';
import { createSteadyClock } from '../../../server/process/steadyClock.ts';
import { registerUser } from '../../support/accounts.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

const start = 1_800_000_000;
const year = 365 * 86_400;
const tables = perishables({ auditDays: 180 });

/** A wall clock, a monotonic one, and whether the wall clock is trusted. */
async function startClocks() {
  const server = await startServer({ now: () => start });
  const wall = { time: start, passed: 0 };
  const steady = createSteadyClock(server.services, () => wall.passed);
  const pass = async (seconds: number, jump = 0) => {
    wall.time += seconds + jump;
    wall.passed += seconds;
    const right = await steady.isRight(wall.time);
    if (right) await steady.record(wall.time);
    return right;
  };
  return { server, wall, pass };
}

describe('the steady clock', () => {
  it.each([2 * 3600, 8 * 3600, year])('a start with the clock %i s ahead: nothing is deleted, and a warning is logged', async (ahead) => {
    const database = await createDatabase();
    const clock = { time: start };
    const server = await startServer({ database, now: () => clock.time });
    const { token, id } = await registerUser(server);
    await server.services.audit.flush();
    const first = startCleanup(server.services, tables);
    await expect
      .poll(async () => (await server.store.selectFrom('rate_limits').select('until').where('limit_name', '=', 'clock').execute()).length)
      .toBe(1);
    await first.stop();
    const rows = async () => [
      (await server.store.selectFrom('sessions').selectAll().execute()).length,
      (await server.store.selectFrom('audit_entries').selectAll().execute()).length,
    ];
    const before = await rows();
    clock.time += ahead;
    const second = startCleanup(server.services, tables);
    onTestFinished(() => second.stop());
    await expect.poll(() => server.logLines().filter(({ ahead_seconds }) => ahead_seconds === ahead)).toMatchObject([{ level: 40 }]);
    await second.stop();
    clock.time -= ahead;
    expect(await rows()).toEqual(before);
    expect((await server.call('getUser', { token: token ?? '', userId: id })).status).toBe(200);
  });

  it('a database before its first cleanup, with the clock a year ahead: nothing is deleted', async () => {
    const clock = { time: start };
    const server = await startServer({ now: () => clock.time });
    const { token, id } = await registerUser(server);
    clock.time += year;
    const cleanup = startCleanup(server.services, tables);
    onTestFinished(() => cleanup.stop());
    await expect.poll(() => server.logLines().filter(({ ahead_seconds }) => ahead_seconds === year)).toHaveLength(1);
    await cleanup.stop();
    clock.time -= year;
    expect((await server.call('getUser', { token: token ?? '', userId: id })).status).toBe(200);
  });

  it.each([3600, -3600, year])('a clock that jumps by %i s under a running server: not trusted for an hour', async (jump) => {
    const { pass } = await startClocks();
    expect([await pass(60), await pass(60), await pass(60, jump)]).toEqual([true, true, false]);
    for (let minutes = 1; minutes < 60; minutes++) expect(await pass(60)).toBe(false);
    expect([await pass(60), await pass(60)]).toEqual([true, true]);
  });

  it('a server that was down for a month: the cleanup continues after an hour', async () => {
    const { server, wall, pass } = await startClocks();
    await pass(60);
    const later = createSteadyClock(server.services, () => wall.passed);
    wall.time += 30 * 86_400;
    expect(await later.isRight(wall.time)).toBe(false);
    wall.time += 3601;
    wall.passed += 3601;
    expect(await later.isRight(wall.time)).toBe(true);
  });

  it('a process whose clock is ahead of another running process: not trusted while that runs', async () => {
    const { server, wall, pass } = await startClocks();
    await pass(60);
    const ahead = createSteadyClock(server.services, () => wall.passed);
    for (let hours = 0; hours < 5; hours++) {
      expect(await ahead.isRight(wall.time + year)).toBe(false);
      expect(await pass(3600)).toBe(true);
    }
  });

  it('a clock with the small corrections of time servers: always trusted', async () => {
    const { server, pass } = await startClocks();
    for (const jump of [0, 5, -5, 100, -100]) expect(await pass(60, jump)).toBe(true);
    expect(server.logLines().filter(({ level }) => level >= 40)).toEqual([]);
  });
});
