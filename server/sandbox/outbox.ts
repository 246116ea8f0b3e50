import express, { type Router } from 'express';
import type { Logger } from 'pino';
import { typedAddress } from '../accounts/emailAddress.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import type { Text } from '../errors.ts';
import { languageOf } from '../http/languageOf.ts';
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
  router.get('/sms/:phone', async (request, response) => {
    const { phone } = request.params;
    answer(request, response, codes.get((await canonicalPhone(phone)) ?? phone));
  });
  router.get('/mail/:address', (request, response) =>
    answer(request, response, mails.get(normalizeLoginName('email', typedAddress(request.params.address)))),
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

const noMessage: Text = { en: 'No message was sent to this address or number.', zh: '没有发往这个手机号或邮箱地址的消息。' };

function answer(request: express.Request, response: express.Response, message: unknown): void {
  if (message) response.json(message);
  else response.status(404).json({ status: 'error', error_msg: noMessage[languageOf(request)] });
}
