import { ApiError } from '../errors.ts';
import type { Handler } from '../operations.ts';
import { removeUnusedFiles } from '../pictures/avatarFiles.ts';
import { changeAvatar } from '../pictures/changeAvatar.ts';
import { normalisePicture } from '../pictures/normalisePicture.ts';
import { checkContent } from './contentCheck.ts';

/** Anonymous users cost nothing to create, and could fill the store with pictures. */
const updateAvatar: Handler<'updateAvatar'> = async ({ body, session, ...context }) => {
  const { tenant, services } = context;
  const { store, pictures, background, log, now } = services;
  if (session.record[0].is_anonymous === 1) throw new ApiError('anonymous_forbidden');
  const picture = await normalisePicture(await body.read());
  const user = await changeAvatar(tenant, pictures, session, picture, (avatar) => checkContent(context, session, { avatar }));
  background.run(() => removeUnusedFiles(store, pictures, now()), log);
  return { status: 200, body: user };
};

export const pictureOperations = { updateAvatar };
