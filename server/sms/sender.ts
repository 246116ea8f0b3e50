import { ApiError, invalidField } from '../errors.ts';
import { measuredUpstream } from '../observe/measured.ts';
import { requestJson } from '../platforms/upstream.ts';
import type { Services } from '../services.ts';
import { asDelivery, deliveryUnavailable } from '../upstream/delivery.ts';
import { aliyun } from './aliyun.ts';
import type { SmsProvider } from './provider.ts';
import type { SmsSettings } from './settings.ts';
import { tencent } from './tencent.ts';

export interface SmsMessage {
  /** The app that it comes from. */
  clientId: string;
  /** In the form that compares: a mainland number without country code. */
  phone: string;
  code: string;
  /** From 1; the first signature when absent. */
  signatureId: number | undefined;
}

export interface SmsSender {
  /** Digits that a code may have at most; any number when absent. */
  codeDigits?: number;
  /**
   * @throws delivery_unavailable; sms_rate_limited where the provider limits the number; request_invalid for a number or a signature
   *   that it does not take
   */
  send(message: SmsMessage, services: Services): Promise<void>;
}

const providers: Record<SmsSettings['provider'], SmsProvider> = { aliyun, tencent };

export function createSmsSender(settings: SmsSettings): SmsSender {
  const { provider } = settings;
  const { request, refusalOf, numberLimited, numberInvalid } = providers[provider];
  return {
    codeDigits: settings.codeDigits ?? 6,
    async send({ phone, code, signatureId = 1 }, services) {
      const signName = settings.signNames[signatureId - 1];
      if (signName === undefined) throw invalidField('/body/signature_id', `must be 1 to ${settings.signNames.length}, or absent`);
      const asked = request(phone, code, signName, settings, services.now());
      if (!asked) throw invalidField('/body/phone', notAddressable);
      const ask = () => requestJson(asked.url, asked.init, services, { provider }, services.platformTimeout);
      const send = () => measuredUpstream(provider, asked.url, services.metrics, () => services.circuits.call(provider, ask));
      const refusal = await asDelivery(async () => refusalOf(await send()));
      if (refusal === undefined) return;
      if (numberLimited.has(refusal)) throw new ApiError('sms_rate_limited', { detail: { provider, provider_code: refusal } });
      if (numberInvalid.has(refusal)) throw invalidField('/body/phone', notAddressable);
      throw deliveryUnavailable({ provider, provider_code: refusal });
    },
  };
}

const notAddressable = 'is not a number that messages can be sent to';
