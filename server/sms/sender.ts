import { ApiError, invalidField } from '../errors.ts';
import type { PhoneNumber } from '../store/schema.ts';
import { deliveryUnavailable, toDeliveryError } from '../upstream/delivery.ts';
import { translateErrors } from '../upstream/errors.ts';
import { requestJson, type UpstreamServices } from '../upstream/request.ts';
import { aliyun } from './aliyun.ts';
import type { SmsProvider } from './provider.ts';
import type { SmsSettings } from './settings.ts';
import { tencent } from './tencent.ts';

export interface SmsMessage {
  /** The app that sends it. */
  clientId: string;
  /** Canonical: a mainland number has no country code. */
  phone: PhoneNumber;
  code: string;
  /** From 1; the first signature if absent. */
  signatureId: number | undefined;
}

/** Services for sending SMS. */
export interface SmsServices extends UpstreamServices {
  /** Unix seconds. */
  now: () => number;
}

export interface SmsSender {
  /** Maximum number of digits of a code; unlimited if absent. */
  codeDigits?: number;
  /**
   * @returns the provider's id of the message
   * @throws delivery_unavailable; sms_rate_limited if the provider limits the number; request_invalid for a number or a signature that it
   *   does not accept
   */
  send(message: SmsMessage, services: SmsServices): Promise<string>;
}

const providers: Record<SmsSettings['provider'], SmsProvider> = { aliyun, tencent };

export function createSmsSender(settings: SmsSettings): SmsSender {
  const { provider } = settings;
  const { request, outcomeOf, checks, numberLimited, numberInvalid } = providers[provider];
  return {
    codeDigits: settings.codeDigits ?? 6,
    async send({ phone, code, signatureId = 1 }, services) {
      const signName = settings.signNames[signatureId - 1];
      if (signName === undefined) throw invalidField('/body/signature_id', `must be 1 to ${settings.signNames.length}, or absent`);
      const message = request(phone, code, signName, settings, services.now());
      if (!message) throw invalidField('/body/phone', notAddressable);
      const callee = { name: provider, circuit: provider, logged: { provider } };
      const send = async () => outcomeOf(await requestJson(message.url, message.init, services, callee));
      const outcome = await translateErrors(send, toDeliveryError);
      if ('receipt' in outcome) return outcome.receipt;
      const { refusal } = outcome;
      if (numberLimited.has(refusal)) throw new ApiError('sms_rate_limited', { detail: { provider, provider_code: refusal } });
      if (numberInvalid.has(refusal)) throw invalidField('/body/phone', notAddressable);
      const check = Object.hasOwn(checks, refusal) ? checks[refusal] : undefined;
      throw deliveryUnavailable({ provider, provider_code: refusal, ...(check !== undefined && { check }) });
    },
  };
}

const notAddressable = 'is not a number that messages can be sent to';
