import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';
import type { Reply, TestServer } from './server.ts';

/** A picture of one colour. */
export const plainPicture = (width: number, height: number, alpha = 1): Sharp =>
  sharp({ create: { width, height, channels: alpha === 1 ? 3 : 4, background: { r: 200, g: 60, b: 20, alpha } } });

export const jpeg = (width = 64, height = 64): Promise<Buffer> => plainPicture(width, height).jpeg().toBuffer();

/** A form as `uploadFile` sends it. */
export function pictureForm(bytes: Uint8Array, { field = 'file', name = 'tmp_a1b2.jpg' } = {}): FormData {
  const form = new FormData();
  form.append('sdk', 'fields of the app may come first');
  form.append(field, new Blob([Uint8Array.from(bytes)]), name);
  return form;
}

/** Uploads a picture. */
export const upload = (server: TestServer, token: string, bytes: Uint8Array): Promise<Reply> =>
  server.call('updateAvatar', { token, body: pictureForm(bytes) });

/** Uploads a picture and returns its address. */
export async function uploaded(server: TestServer, token: string, bytes: Uint8Array): Promise<string> {
  const { status, body } = await upload(server, token, bytes);
  expect([status, body.code]).toEqual([200, undefined]);
  return body.avatar;
}

export async function download(address: string): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const response = await fetch(address);
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}
