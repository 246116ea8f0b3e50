import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createMailer, type MailServices } from '../../../server/mail/mailer.ts';
import { createLog } from '../../../server/observe/log.ts';
import { createMetrics } from '../../../server/observe/metrics.ts';
import { createCircuits } from '../../../server/upstream/circuits.ts';
import { startMailServer } from '../../support/mailServer.ts';
import { acceptSockets, closed } from '../../support/socket.ts';

const mail = { clientId: 'sandbox', to: 'mei@example.com', subject: '你好', text: '你好', html: '<p>你好</p>' };
const from = 'no-reply@example.com';
const hour = 3_600_000;
const servicesWith = (failures: number): MailServices => ({
  circuits: createCircuits(createLog('silent'), { failures, pause: hour }),
  metrics: createMetrics(),
});

describe('the mailer', () => {
  it("logs in with the URL's credentials", async () => {
    const { url, received } = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        done(username === 'us' && password === 'p@ss' ? null : new Error('no'), { user: username }),
    });
    await createMailer({ smtpUrl: url.replace('//', '//us:p%40ss@'), from }).send(mail, servicesWith(1));
    expect(received).toMatchObject([{ subject: '你好', text: '你好', html: '<p>你好</p>' }]);
    await expect(createMailer({ smtpUrl: url.replace('//', '//us:wrong@'), from }).send(mail, servicesWith(1))).rejects.toMatchObject({
      code: 'delivery_unavailable',
    });
  });

  it('sends to one recipient, for any text of the address', async () => {
    const { url, received } = await startMailServer();
    const to = 'mei@example.com, larry@example.com';
    await createMailer({ smtpUrl: url, from })
      .send({ ...mail, to }, servicesWith(1))
      .catch(() => undefined);
    expect(received.flatMap(({ to }) => to).length).toBeLessThan(2);
  });

  it('rejects an untrusted certificate', async () => {
    const { url, received } = await startMailServer({ secure: true });
    const smtps = url.replace('smtp:', 'smtps:');
    await expect(createMailer({ smtpUrl: smtps, from }).send(mail, servicesWith(1))).rejects.toMatchObject({
      code: 'delivery_unavailable',
    });
    await expect(createMailer({ smtpUrl: smtps, from }).send(mail, servicesWith(1))).rejects.toMatchObject({
      detail: { smtp_fault: 'ESOCKET', smtp_cause: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY|CERT/) },
    });
    await createMailer({ smtpUrl: `${smtps}?tls.rejectUnauthorized=false`, from }).send(mail, servicesWith(1));
    expect(received).toHaveLength(1);
  });

  it('a mail server without TLS that is addressed with TLS: the log has the reason', { tags: 'fault' }, async () => {
    const { url } = await startMailServer();
    const mailer = createMailer({ smtpUrl: url.replace('smtp:', 'smtps:'), from });
    await expect(mailer.send(mail, servicesWith(1))).rejects.toMatchObject({ detail: { smtp_cause: expect.stringMatching(/SSL/) } });
  });

  it.each([
    ['says nothing', () => undefined],
    ['answers without an end', (socket: Socket) => socket.write('220 here\r\n') && drip(socket, '250-and\r\n')],
    ['answers without a line', (socket: Socket) => drip(socket, '2')],
  ])(
    'a mail server that %s: the call times out, its connection is closed, and the circuit opens after some of these',
    { tags: 'fault' },
    async (_what, answer) => {
      const ended: Promise<unknown>[] = [];
      const origin = await acceptSockets((socket) => {
        ended.push(closed(socket));
        answer(socket);
      });
      const mailer = createMailer({ smtpUrl: origin.replace('http:', 'smtp:'), from }, 300);
      const services = servicesWith(2);
      for (const _time of [1, 2]) {
        const detail = { reason: 'timeout', smtp_fault: 'EABORT' };
        await expect(mailer.send(mail, services)).rejects.toMatchObject({ code: 'delivery_unavailable', retryAfter: 60, detail });
      }
      await Promise.all(ended);
      const detail = { reason: 'busy', fault: 'circuit open' };
      await expect(mailer.send(mail, services)).rejects.toMatchObject({ code: 'delivery_unavailable', retryAfter: 60, detail });
      expect(ended).toHaveLength(2);
    },
  );

  function drip(socket: Socket, bytes: string): void {
    const timer = setInterval(() => socket.write(bytes), 5);
    socket.once('close', () => clearInterval(timer));
  }

  it('a mail server that refuses recipients: the circuit stays closed, unless the server disconnects', { tags: 'fault' }, async () => {
    const services = servicesWith(1);
    const refusing = (responseCode: number) =>
      startMailServer({ onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode })) });
    const { url } = await refusing(550);
    for (const _time of [1, 2, 3])
      await expect(createMailer({ smtpUrl: url, from }).send(mail, services)).rejects.toMatchObject({ detail: { smtp_status: 550 } });
    const { url: busy } = await refusing(421);
    const mailer = createMailer({ smtpUrl: busy, from });
    await expect(mailer.send(mail, services)).rejects.toMatchObject({ detail: { smtp_status: 421 } });
    await expect(mailer.send(mail, services)).rejects.toMatchObject({ detail: { reason: 'busy' } });
  });

  it('counts mails by outcome', async () => {
    const { url } = await startMailServer();
    const services = servicesWith(1);
    await createMailer({ smtpUrl: url, from }).send(mail, services);
    expect(await services.metrics.registry.metrics()).toContain(
      'login_upstream_duration_seconds_count{platform="mail",outcome="answered"} 1',
    );
  });
});
