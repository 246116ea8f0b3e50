import express, { type Router } from 'express';
import type { Logger } from 'pino';
import { typedAddress } from '../accounts/emailAddress.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import type { Mail, Mailer } from '../mail/mailer.ts';
import type { SmsSender } from '../sms/sender.ts';
import { deliveryUnavailable } from '../upstream/delivery.ts';
import { keepLatest } from './keepLatest.ts';
import { sandboxClientId } from './sandbox.ts';

/** Keeps the SMS and mails of the sandbox's app, which are not sent: anyone who reaches the sandbox can read them. */
export interface Outbox {
  sms: SmsSender;
  mailer: Mailer;
  /** `GET /sms/{phone}` and `GET /mail/{address}`: the last one. */
  router: Router;
}

/** @param log gets every mail too, with its link */
export function createOutbox(log: Logger): Outbox {
  const codes = new Map<string, { phone: string; code: string }>();
  const mails = new Map<string, Omit<Mail, 'clientId'>>();
  const router = express.Router();
  router.get('/sms/:phone', async ({ params: { phone } }, response) => {
    answer(response, codes.get((await canonicalPhone(phone)) ?? phone));
  });
  router.get('/mail/:address', ({ params: { address } }, response) =>
    answer(response, mails.get(normalizeLoginName('email', typedAddress(address)))),
  );
  return {
    router,
    sms: {
      async send({ clientId, phone, code }) {
        refuseOthers(clientId);
        keepLatest(codes, phone, { phone, code });
      },
    },
    mailer: {
      async send({ clientId, ...mail }) {
        refuseOthers(clientId);
        keepLatest(mails, mail.to, mail);
        log.info({ mail }, 'the sandbox sends no mail; this is what it would have sent');
      },
    },
  };
}

/** Messages of apps with real users must not be readable. */
function refuseOthers(clientId: string): void {
  if (clientId !== sandboxClientId) throw deliveryUnavailable({ fault: "the sandbox keeps only its own app's messages" });
}

function answer(response: express.Response, message: unknown): void {
  if (message) response.json(message);
  else response.status(404).json({ status: 'error', error_msg: 'Nothing was sent there.' });
}
