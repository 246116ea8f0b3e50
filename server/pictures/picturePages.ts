import express, { type Router } from 'express';
import { ApiError } from '../errors.ts';
import { pictureName } from './pictureStore.ts';

/** Seconds for which a picture may be cached: a name is never reused. */
const maxAge = 31_536_000;

/** Serves the pictures of a folder to anyone: `GET /{name}`. Browsers must treat them as pictures only. */
export function picturePages(folder: string): Router {
  const router = express.Router();
  router.get('/:name', ({ params: { name } }, response, next) => {
    if (!pictureName.test(name)) return next(noPicture());
    response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    response.set('Content-Security-Policy', "default-src 'none'; sandbox");
    response.set('Cache-Control', `public, max-age=${maxAge}, immutable`);
    response.sendFile(name, { root: folder, cacheControl: false }, (fault) => {
      if (fault && !response.headersSent) next(noPicture(fault));
    });
  });
  return router;
}

const noPicture = (cause?: unknown) =>
  new ApiError('path_not_found', { text: { en: 'There is no such picture.', zh: '没有这张图片。' }, cause });
