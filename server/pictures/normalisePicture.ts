import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import type { Sharp } from 'sharp';
import { ApiError } from '../errors.ts';
import type { Picture } from './pictureStore.ts';

/** The longer side of a stored picture, in pixels. */
const side = 512;
/** Pixels of a picture that is read: a phone's camera has fewer within a megabyte, a decompression bomb more. */
const mostPixels = 25_000_000;
/** Seconds that decoding may take. */
const patience = 5;
const quality = 85;

/** Decoders of libvips that are open to input: of all others, SVG's among them, none runs. */
const decoders = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'];

/** Threads of Node's pool that decode at a time: the others hash passwords. */
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
 * Decodes a picture and encodes it anew: upright, at most 512 pixels, the first frame of an animation, and nothing but pixels: no
 * metadata, and no other format behind or within it. Transparent ones become PNG, others JPEG.
 *
 * @throws picture_invalid; store_unavailable while too many pictures wait
 */
export async function normalisePicture(bytes: Buffer): Promise<Picture> {
  try {
    return await slots.execute(() => encodeAnew(bytes));
  } catch (error) {
    if (error instanceof BulkheadRejectedError) {
      throw new ApiError('store_unavailable', { retryAfter: 5, detail: { fault: 'too many pictures wait to be decoded' } });
    }
    throw error;
  }
}

async function encodeAnew(bytes: Buffer): Promise<Picture> {
  loading ??= loadSharp();
  const sharp = await loading;
  const { data, info } = await decode(() =>
    sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 })
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .timeout({ seconds: patience })
      .raw(),
  );
  const { width, height, channels } = info;
  const pixels = sharp(data, { raw: { width, height, channels } });
  const isOpaque = channels % 2 === 1 || (await pixels.clone().stats()).isOpaque;
  return isOpaque
    ? { bytes: await pixels.removeAlpha().jpeg({ quality }).toBuffer(), extension: 'jpg' }
    : { bytes: await pixels.png({ compressionLevel: 9 }).toBuffer(), extension: 'png' };
}

/** @throws picture_invalid: libvips has one kind of error for whatever it cannot read */
async function decode(open: () => Sharp) {
  try {
    return await open().toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new ApiError('picture_invalid', { detail: { fault: error instanceof Error ? error.message.slice(0, 200) : 'unknown' } });
  }
}
