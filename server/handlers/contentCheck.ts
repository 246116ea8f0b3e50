import type { PlatformName } from '../../generated/operations.ts';
import type { Session } from '../accounts/sessions.ts';
import type { App } from '../config/apps.ts';
import type { PictureCheck } from '../contentChecks/pictureChecks.ts';
import { ApiError } from '../errors.ts';
import type { RequestContext } from '../operations.ts';
import type { ContentCheck } from '../platforms/platform.ts';
import { connectTo } from './exchange.ts';

/** Seconds after which a check may work again, unless the platform says. */
const retryAfter = 60;

/** A name and the address of a picture that a person has chosen. */
interface Chosen {
  nickname?: string | undefined;
  avatar?: string | undefined;
}

/**
 * Has the app's platform check a name and a picture before they are stored, if they are new and it opened the session: it checks only what people
 * who use its app write. The verdict on the picture comes later.
 *
 * @returns the picture's check, which is recorded with the picture
 * @throws content_refused; content_unchecked and login_not_fresh, unless the app takes what cannot be checked
 */
export async function checkContent(context: RequestContext, session: Session, chosen: Chosen): Promise<PictureCheck | undefined> {
  const { content_check: platform } = context.app;
  const [{ nickname, avatar }] = session.record;
  const name = chosen.nickname === nickname ? '' : chosen.nickname?.trim();
  const address = chosen.avatar === avatar ? '' : chosen.avatar;
  if (platform === 'off' || session.platform !== platform || !(name || address)) return undefined;
  return orUnchecked(context, async () => {
    const { check, openid, upstream } = checkerFor(context, session, platform);
    if (name) refuse(context.app, await check.checkText(name, openid, upstream));
    return address ? { id: await check.requestPictureCheck(address, openid, upstream), address } : undefined;
  });
}

/** @throws login_not_fresh if the user has no identity in the app's own platform app: a login there makes one */
function checkerFor(context: RequestContext, { record }: Session, platform: PlatformName) {
  const { client, platformAppId, upstream } = connectTo(platform, context);
  const own = record.find((row) => row.identity_platform === platform && row.platform_app_id === platformAppId);
  if (!own?.openid) throw new ApiError('login_not_fresh', { detail: { fault: 'no identity in the app that checks content' } });
  return { check: checkOf(client.contentCheck), openid: own.openid, upstream };
}

function checkOf(check: ContentCheck | undefined): ContentCheck {
  if (!check) throw new Error('the platform of content_check checks no content');
  return check;
}

/** @throws content_refused */
function refuse({ content_check_refuses }: App, verdict: string): void {
  if (content_check_refuses.some((refused) => refused === verdict)) throw new ApiError('content_refused', { detail: { verdict } });
}

async function orUnchecked<T>({ app, tenant }: RequestContext, check: () => Promise<T>): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 'content_refused') throw error;
    const detail = { ...error.detail, reason: error.code };
    if (app.content_check_fail_open) {
      tenant.log.warn(detail, 'content not checked; taken, because content_check_fail_open is set');
      return undefined;
    }
    if (error.code === 'login_not_fresh') throw error;
    throw new ApiError('content_unchecked', { retryAfter: error.retryAfter ?? retryAfter, detail, cause: error });
  }
}
