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

/** Collects SMS and mails of the sandbox's app instead of sending them. Anyone who can reach the sandbox can read them. */
export interface Outbox {
  sms: SmsSender;
  mailer: Mailer;
  /** `GET /sms/{phone}` and `GET /mail/{address}` return the latest message. */
  router: Router;
}

/** @param log receives every mail, with its link */
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
        return kept;
      },
    },
    mailer: {
      async send({ clientId, ...mail }) {
        refuseOthers(clientId);
        keepLatest(mails, mail.to, mail);
        log.info({ mail }, 'the sandbox does not send mail; it would have sent this one');
        return kept;
      },
    },
  };
}

/** The outbox's answer to a message. */
const kept = 'kept by the sandbox';

/** @throws delivery_unavailable for other apps, because messages to real users must not be readable here */
function refuseOthers(clientId: string): void {
  if (clientId !== sandboxClientId) throw deliveryUnavailable({ fault: "the sandbox keeps only its own app's messages" });
}

function answer(response: express.Response, message: unknown): void {
  if (message) response.json(message);
  else response.status(404).json({ status: 'error', error_msg: 'No message was sent to this address or number.' });
}
