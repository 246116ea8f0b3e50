import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import type { Sharp } from 'sharp';
import { ApiError } from '../errors.ts';
import type { Picture } from './pictureStore.ts';

/** The longer side of a stored picture, in pixels. */
const side = 512;
/** Maximum pixels of a picture to decode: more than a one-megabyte photo of a phone has, fewer than a decompression bomb. */
const mostPixels = 25_000_000;
/** Seconds. */
const decodeTimeout = 5;
const quality = 85;

/** The only libvips decoders that may run; all others, such as SVG's, are blocked. */
const decoders = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'];

/** Maximum number of libuv threads that decode at a time; the others stay free for password hashing. */
const slots = bulkhead(2, 40);

async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: decoders });
  return sharp;
}
/** Loaded by the first picture, so that a start does not wait for it. */
let loading: ReturnType<typeof loadSharp> | undefined;

/**
 * Re-encodes a picture: upright, at most 512 pixels on the longer side, only the first frame of an animation, without metadata and without
 * any other format appended or embedded. Transparent pictures become PNG, others JPEG.
 *
 * @throws picture_invalid; store_unavailable while too many pictures are queued
 */
export async function normalisePicture(bytes: Buffer): Promise<Picture> {
  try {
    return await slots.execute(() => normalise(bytes));
  } catch (error) {
    if (error instanceof BulkheadRejectedError) {
      throw new ApiError('store_unavailable', { retryAfter: 5, detail: { fault: 'queue of pictures to decode is full' } });
    }
    throw error;
  }
}

async function normalise(bytes: Buffer): Promise<Picture> {
  loading ??= loadSharp();
  const sharp = await loading;
  const { data, info } = await decode(() =>
    sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 })
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .timeout({ seconds: decodeTimeout })
      .raw(),
  );
  const { width, height, channels } = info;
  const pixels = sharp(data, { raw: { width, height, channels } });
  const isOpaque = channels % 2 === 1 || (await pixels.clone().stats()).isOpaque;
  return isOpaque
    ? { bytes: await pixels.removeAlpha().jpeg({ quality }).toBuffer(), extension: 'jpg' }
    : { bytes: await pixels.png({ compressionLevel: 9 }).toBuffer(), extension: 'png' };
}

/** @throws picture_invalid: libvips reports all unreadable input with the same kind of error */
async function decode(open: () => Sharp) {
  try {
    return await open().toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new ApiError('picture_invalid', { detail: { fault: error instanceof Error ? error.message.slice(0, 200) : 'unknown' } });
  }
}
