import { InvalidArgumentError } from 'commander';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import { readSms } from '../config/settings.ts';
import { randomDigits } from '../crypto/randomDigits.ts';
import { ApiError } from '../errors.ts';
import { createLog } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import { unixNow } from '../process/time.ts';
import { createSmsSender } from '../sms/sender.ts';
import { createCircuits } from '../upstream/circuits.ts';
import { fetchPlatform, proxiesOf, sayProxies } from '../upstream/fetch.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import type { Terminal } from './terminal.ts';

interface SmsOptions {
  to: string;
  signature?: number;
}

/** Milliseconds that the provider may take. */
const timeout = 10_000;

const description =
  "Send a code that logs no one in through SMS_PROVIDER, as the server sends its own. Prints the provider's id of the message, or what it " +
  'refused and which setting to look at. Each message costs what the provider charges.';

export const sendTestSms: CommandMaker = (terminal) =>
  defineCommand('send-test-sms', description, terminal, async (options: SmsOptions) => ({ data: await send(terminal, options) }))
    .requiredOption('--to <phone>', 'the phone number to send it to: 13800138000, or +852… of another country')
    .option('--signature <number>', 'position of the signature in SMS_SIGN_NAME, from 1; the first if absent', readPosition);

function readPosition(text: string): number {
  const position = Number(text);
  if (!Number.isInteger(position) || position < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return position;
}

async function send({ env, errors }: Terminal, { to, signature }: SmsOptions) {
  const settings = readSms(env);
  const phone = await canonicalPhone(to);
  if (phone === undefined)
    throw new Error('--to: is not a phone number; one outside mainland China needs its country code, like +85251234567');
  if (signature !== undefined && signature > settings.signNames.length)
    throw new Error(`--signature: SMS_SIGN_NAME has ${settings.signNames.length}`);
  const proxies = proxiesOf(env);
  if (proxies) errors(`Calling the provider ${sayProxies(proxies)}\n`);
  const log = createLog('silent');
  const services = {
    fetch: fetchPlatform,
    platformTimeout: timeout,
    circuits: createCircuits(log),
    metrics: createMetrics(),
    log,
    now: unixNow,
  };
  const code = randomDigits(6);
  try {
    const receipt = await createSmsSender(settings).send({ clientId: 'admin', phone, code, signatureId: signature }, services);
    return { sent: phone, code, through: settings.provider, answer: receipt };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Error(`${adviceFor(error)}: ${JSON.stringify(error.detail ?? error.message)}`, { cause: error });
  }
}

/** Names the setting behind a failure. */
function adviceFor({ code, detail }: ApiError): string {
  if (code === 'sms_rate_limited') return '--to: the provider sends no more messages to this number now';
  if (code === 'request_invalid') return '--to: the provider does not send to this number';
  if (detail?.provider_code === undefined)
    return 'SMS_PROVIDER: the provider cannot be reached, or its answer is not understood (SMS_BASE_URL, HTTPS_PROXY)';
  return `${detail.check ?? 'SMS_PROVIDER'}: the provider refused the message`;
}
