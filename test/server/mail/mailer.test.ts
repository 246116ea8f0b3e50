import { expect, it } from 'vitest';
import { createMailer } from '../../../server/mail/mailer.ts';
import { startMailServer } from '../../support/mailServer.ts';

const mail = { clientId: 'sandbox', to: 'mei@example.com', subject: '你好', text: '你好', html: '<p>你好</p>' };
const from = 'no-reply@example.com';

it('logs in as the URL says', async () => {
  const { url, received } = await startMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      done(username === 'us' && password === 'p@ss' ? null : new Error('no'), { user: username }),
  });
  await createMailer({ smtpUrl: url.replace('//', '//us:p%40ss@'), from }).send(mail);
  expect(received).toMatchObject([{ subject: '你好', text: '你好', html: '<p>你好</p>' }]);
  await expect(createMailer({ smtpUrl: url.replace('//', '//us:wrong@'), from }).send(mail)).rejects.toMatchObject({
    code: 'delivery_unavailable',
  });
});

it('sends to one recipient, whatever the address holds', async () => {
  const { url, received } = await startMailServer();
  const to = 'mei@example.com, larry@example.com';
  await createMailer({ smtpUrl: url, from })
    .send({ ...mail, to })
    .catch(() => undefined);
  expect(received.flatMap(({ to }) => to).length).toBeLessThan(2);
});

it('trusts no certificate that nobody vouches for', async () => {
  const { url, received } = await startMailServer({ secure: true });
  const smtps = url.replace('smtp:', 'smtps:');
  await expect(createMailer({ smtpUrl: smtps, from }).send(mail)).rejects.toMatchObject({ code: 'delivery_unavailable' });
  await createMailer({ smtpUrl: `${smtps}?tls.rejectUnauthorized=false`, from }).send(mail);
  expect(received).toHaveLength(1);
});
