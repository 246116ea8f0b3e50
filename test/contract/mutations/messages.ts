import type { Mutation } from './mutant.ts';
import { answersOf, become, done, everyExchange, exchangesOf, forged, storesRefused } from './tell.ts';

/** Answers by which a stranger can tell whether a user has the name. */
const tellsWhoHas = (id: 'requestPasswordReset' | 'sendSmsCode', kind: 'email' | 'phone', name: string, how: 'message' | 'header') =>
  everyExchange([id], name, async (exchange) => {
    const { body, memory, forward } = exchange;
    const answer = await forward();
    const value = String(body?.[kind]);
    if (exchange.id !== id) {
      if (exchange.id?.startsWith('registerBy')) memory.set(value, true);
    } else if (answer.status < 300 && !memory.has(value)) {
      if (how === 'message') Object.assign(answer.body, { message: 'No user has it.' });
      else answer.headers.set('X-Sent', 'no');
    }
    return answer;
  });

export const messageMutations: Mutation[] = [
  tellsWhoHas('requestPasswordReset', 'email', 'tells by its text that no user has the address', 'message'),
  tellsWhoHas('sendSmsCode', 'phone', 'tells by a header that no user has the number', 'header'),
  answersOf('checkSmsCode', 'sms_code_invalid', 'accepts any code', (answer) => become(answer, 200, done)),
  everyExchange(['checkSmsCode', 'sendSmsCode'], 'accepts a code twice', async ({ id, body, forward, memory }) => {
    const answer = await forward();
    if (id !== 'checkSmsCode') return answer;
    const key = `${body?.phone} ${String(body?.code).replace(/\D/g, '').padStart(6, '0')}`;
    if (answer.status === 200) memory.set(key, true);
    return memory.has(key) && answer.body?.code === 'sms_code_invalid' ? become(answer, 200, done) : answer;
  }),
  exchangesOf(['sendSmsCode'], 'sends nothing', async () => forged(200, done)),
  answersOf('sendSmsCode', 'sms_rate_limited', 'sends any number of codes', (answer) => become(answer, 200, done)),
  everyExchange(['loginBySmsCode'], 'refuses, and stores the user', storesRefused('loginBySmsCode', 'user_not_found')),
  exchangesOf(['verifyPhone'], 'answers 200 and sets nothing', async ({ body, record, call, forward }) => {
    const { _phone } = await record();
    const phone = body?.phone ?? _phone;
    const checked = await call('checkSmsCode', { body: { phone, code: body?.code } });
    return checked.status === 200 && phone ? checked : forward();
  }),
  everyExchange(['verifyPhone'], 'leaves the number with the user who had it', async ({ id, forward, memory }) => {
    const answer = await forward();
    const user = answer.body?.user_info ?? answer.body;
    if (user?._phone) memory.set(String(user.id), user._phone);
    else if (id === 'getUser' && user?._phone === null) user._phone = memory.get(String(user.id)) ?? null;
    return answer;
  }),
  exchangesOf(['sendVerificationEmail'], 'mails nothing', async ({ forward, token, record }) => {
    const { _email, _anonymous } = token === undefined ? {} : await record();
    return _email && !_anonymous ? forged(201, done) : forward();
  }),
  exchangesOf(['sendVerificationEmail'], 'tells that the address is verified', async ({ forward, record, token }) => {
    const { _email_verified } = token === undefined ? {} : await record();
    const answer = await forward();
    if (_email_verified) Object.assign(answer.body, { message: 'Verified already.' });
    return answer;
  }),
  exchangesOf(['requestPasswordReset'], 'mails nothing', async ({ body, forward }) =>
    typeof body?.email === 'string' ? forged(201, done) : forward(),
  ),
  everyExchange(
    ['requestPasswordReset'],
    'closes the sessions before the link is used',
    async ({ id, body, token, forward, memory, ownerOf }) => {
      if (memory.get('gone') !== undefined && memory.get('gone') === ownerOf(token)) return forged(401, { code: 'session_invalid' });
      const answer = await forward();
      if (id === 'registerByEmail' && answer.status === 201) memory.set(body.email, answer.body.id);
      if (id === 'requestPasswordReset' && memory.has(body?.email)) memory.set('gone', memory.get(body.email));
      return answer;
    },
  ),
  everyExchange(['sendVerificationEmail'], 'never says that the address is verified', async ({ forward }) => {
    const answer = await forward();
    if (answer.body?._email_verified) answer.body._email_verified = false;
    return answer;
  }),
];
