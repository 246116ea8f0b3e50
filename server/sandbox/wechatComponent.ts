import { randomBytes, randomInt } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import * as z from 'zod';
import type { Counter, Refusal } from './counter.ts';
import { type ErrorReply, sessionOf } from './jscode2session.ts';
import { keepLatest } from './keepLatest.ts';
import { field } from './page.ts';
import type { PushedRequest } from './push.ts';
import { sendPush } from './sendPush.ts';
import { createStableTokens, type StableTokens } from './stableTokens.ts';
import { encrypt, sandboxComponent, sha1, toXml } from './wechatPush.ts';
import { errorsOfTokens } from './wechatTokens.ts';

/** Seconds for which a ticket serves. */
const ticketLifetime = 43_200;

const ticketRequest = z.strictObject({
  tamper: z.enum(['wrong_appid', 'other_component', 'bad_signature']).optional(),
  /** The notice: a ticket, or that the app withdrew its authorisation. */
  event: z.enum(['component_verify_ticket', 'unauthorized']).default('component_verify_ticket'),
});
type TicketRequest = z.infer<typeof ticketRequest>;

const errors = {
  component: { errcode: 61011, errmsg: 'invalid component' },
  secret: { errcode: 40125, errmsg: 'invalid appsecret' },
  ticketUnknown: { errcode: 61006, errmsg: 'component ticket is invalid' },
  ticketExpired: { errcode: 61005, errmsg: 'component ticket is expired' },
  unauthorized: { errcode: 61003, errmsg: 'component is not authorized by this account' },
  refreshToken: { errcode: 61023, errmsg: 'refresh_token is invalid' },
};

/**
 * A third-party platform of WeChat (docs/platforms.md, 1.11). `POST /{platform}/ticket` makes WeChat push a ticket, which it does every ten
 * minutes.
 *
 * @param appTokens the access tokens of the authorised app
 */
export function mountComponent(router: Router, counter: Counter, loginErrors: Record<Refusal, ErrorReply>, appTokens: StableTokens): void {
  const { now, credentials } = counter;
  const tokens = createStableTokens(now);
  const tickets = new Map<string, number>();

  router.post('/ticket', async (request, response) => {
    const { success, data } = ticketRequest.safeParse(request.body);
    if (!success) return void response.status(400).json({ status: 'error', error_msg: 'tamper or event is none of its values' });
    const ticket = `ticket@@@${randomBytes(40).toString('base64url')}`;
    keepLatest(tickets, ticket, now());
    const sent = pushOf(data, ticket, credentials.appId, now());
    response.json(await sendPush(request, `wechat/${sandboxComponent.app_id}`, sent));
  });
  router.post('/cgi-bin/component/api_component_token', async (request: Request, response: Response) => {
    if (await counter.stumble(undefined, response)) return;
    const { body } = request;
    const issuedAt = tickets.get(field(body, 'component_verify_ticket') ?? '');
    if (field(body, 'component_appid') !== sandboxComponent.app_id) response.json(errors.component);
    else if (field(body, 'component_appsecret') !== sandboxComponent.app_secret) response.json(errors.secret);
    else if (issuedAt === undefined) response.json(errors.ticketUnknown);
    else if (now() - issuedAt > ticketLifetime) response.json(errors.ticketExpired);
    else {
      const { access_token: component_access_token, expires_in } = tokens.issue(false);
      response.json({ component_access_token, expires_in });
    }
  });
  const faultOf = (query: Request['query'], component: string | undefined, app: string | undefined): ErrorReply | undefined => {
    const token = tokens.check(field(query, 'component_access_token'));
    if (token !== 'good') return errorsOfTokens[token];
    if (component !== sandboxComponent.app_id) return errors.component;
    return app === credentials.appId ? undefined : errors.unauthorized;
  };
  router.post('/cgi-bin/component/api_authorizer_token', ({ query, body }, response) => {
    const fault = faultOf(query, field(body, 'component_appid'), field(body, 'authorizer_appid'));
    const authorizer_refresh_token = field(body, 'authorizer_refresh_token');
    if (fault) return void response.json(fault);
    if (authorizer_refresh_token !== sandboxComponent.authorizer_refresh_token) return void response.json(errors.refreshToken);
    const { access_token: authorizer_access_token, expires_in } = appTokens.issue(false);
    response.json({ authorizer_access_token, expires_in, authorizer_refresh_token });
  });
  router.get('/sns/component/jscode2session', async ({ query }, response) => {
    const code = field(query, 'js_code');
    if (await counter.stumble(code, response)) return;
    const fault = faultOf(query, field(query, 'component_appid'), field(query, 'appid'));
    const outcome = fault ? undefined : counter.exchange(code, credentials.appId);
    const reply = outcome ? ('refused' in outcome ? loginErrors[outcome.refused] : sessionOf('wechat', outcome.granted)) : fault;
    response.type('text/plain').send(JSON.stringify(reply));
  });
}

function pushOf({ tamper, event }: TicketRequest, ticket: string, appId: string, time: number): PushedRequest {
  const other = 'another-component';
  const AppId = tamper === 'wrong_appid' ? other : sandboxComponent.app_id;
  const notice = {
    AppId,
    CreateTime: time,
    InfoType: event,
    ...(event === 'component_verify_ticket' ? { ComponentVerifyTicket: ticket } : { AuthorizerAppid: appId }),
  };
  const { push_token, push_aes_key } = sandboxComponent;
  const Encrypt = encrypt(toXml(notice), push_aes_key, tamper === 'other_component' ? other : sandboxComponent.app_id);
  const [timestamp, nonce] = [String(time), String(randomInt(1_000_000_000))];
  const msg_signature = tamper === 'bad_signature' ? '0'.repeat(40) : sha1(push_token, timestamp, nonce, Encrypt);
  return {
    query: { signature: sha1(push_token, timestamp, nonce), timestamp, nonce, encrypt_type: 'aes', msg_signature },
    headers: { 'Content-Type': 'text/xml' },
    body: toXml({ AppId, Encrypt }),
  };
}
