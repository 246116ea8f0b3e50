import { rmSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { deleteUser } from '../../../server/accounts/userData.ts';
import { removeUnusedFiles } from '../../../server/pictures/avatarFiles.ts';
import { createFolderStore } from '../../../server/pictures/folder.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import { registerUser } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { createFolder } from '../../support/folder.ts';
import { download, jpeg, pictureForm, plainPicture, upload, uploaded } from '../../support/pictures.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { readUser } from '../../support/users.ts';

const start = 1_800_000_000;
let server: TestServer;
let token: string;
let id: number;
beforeEach(async () => {
  server = await startServer({ now: () => start });
  ({ token, id } = await registerUser(server));
});

/** Statuses of addresses, once the work after earlier answers is done. */
async function statusesOf(...addresses: string[]): Promise<number[]> {
  await server.services.background.settled();
  return Promise.all(addresses.map(async (address) => (await download(address)).status));
}

describe('updateAvatar', () => {
  it('stores a picture upright, at most 512 pixels wide or high, without its metadata', async () => {
    const exif = { IFD0: { Make: 'Camera of Mei' }, IFD3: { GPSLatitude: '22/1 32/1 0/1', GPSLatitudeRef: 'N' } };
    const photo = await plainPicture(1200, 600).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(photo.includes('Camera of Mei')).toBe(true);
    const { status, bytes } = await download(await uploaded(server, token, photo));
    expect(status).toBe(200);
    const { width, height, format, exif: kept, orientation, icc, xmp } = await sharp(bytes).metadata();
    expect([width, height, format, kept, orientation, icc, xmp]).toEqual([256, 512, 'jpeg', undefined, undefined, undefined, undefined]);
    expect(bytes.includes('Camera of Mei')).toBe(false);
  });

  it('answers the record with the public address, which the user keeps', async () => {
    const { body } = await upload(server, token, await jpeg());
    expect(body).toMatchObject({ id, avatar: expect.stringMatching(new RegExp(`^${server.origin}/v1/avatars/[0-9a-f]{64}\\.jpg$`)) });
    expect((await server.call('getUser', { token, userId: id })).body.avatar).toBe(body.avatar);
    expect((await auditOf(server)).map(({ event, user_id }) => [event, user_id])).toContainEqual(['avatar_changed', id]);
  });

  it.each(['jpeg', 'png', 'webp', 'gif'] as const)('takes a %s, whatever the name of its file', async (format) => {
    const picture = await plainPicture(32, 48).toFormat(format).toBuffer();
    const form = pictureForm(picture, { name: '../../etc/passwd.svg' });
    const { status, body } = await server.call('updateAvatar', { token, body: form });
    expect([status, body.avatar]).toEqual([200, expect.stringMatching(/\.jpg$/)]);
    const { width, height } = await sharp((await download(body.avatar)).bytes).metadata();
    expect([width, height]).toEqual([32, 48]);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['a CMYK JPEG', () => plainPicture(32, 48).toColorspace('cmyk').jpeg().toBuffer()],
    ['a grey JPEG', () => plainPicture(32, 48).greyscale().jpeg().toBuffer()],
    ['a grey PNG with transparency', () => plainPicture(32, 48, 0.5).greyscale().toColorspace('b-w').png().toBuffer()],
    ['a PNG of 16 bits', () => plainPicture(32, 48).toColorspace('rgb16').png().toBuffer()],
    ['a PNG of few colours', () => plainPicture(32, 48).png({ palette: true, colours: 2 }).toBuffer()],
    ['a progressive JPEG', () => plainPicture(32, 48).jpeg({ progressive: true }).toBuffer()],
    ['a JPEG with wide colours', () => plainPicture(32, 48).withIccProfile('p3').jpeg().toBuffer()],
  ])('shows %s as it was', async (_what, make) => {
    const original = await make();
    const { bytes } = await download(await uploaded(server, token, original));
    const { width, height, space } = await sharp(bytes).metadata();
    expect([width, height, ['srgb', 'b-w'].includes(space ?? '')]).toEqual([32, 48, true]);
    const colour = async (picture: Buffer) => (await sharp(picture).toColorspace('srgb').removeAlpha().raw().toBuffer()).subarray(0, 3);
    const [before, after] = [await colour(original), await colour(bytes)];
    for (const channel of [0, 1, 2]) expect(Math.abs((before[channel] ?? 0) - (after[channel] ?? 0))).toBeLessThan(24);
  });

  it('takes a file of exactly 1 MiB, and none of a byte more', async () => {
    const picture = await jpeg();
    const padded = (length: number) => Buffer.concat([picture, Buffer.alloc(length - picture.length)]);
    expect((await upload(server, token, padded(1_048_576))).status).toBe(200);
    expect(await upload(server, token, padded(1_048_577))).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  it('is refused if the account is closed meanwhile, and leaves no picture', async () => {
    const { pictures } = server.services;
    const { put } = pictures;
    pictures.put = async (...file) => {
      await put(...file);
      await server.store.updateTable('users').set({ state: 'closed' }).where('id', '=', id).execute();
    };
    const { status, body } = await upload(server, token, await jpeg());
    expect([status, body.code, (await readUser(server, id)).avatar]).toEqual([401, 'session_invalid', null]);
    await removeUnusedFiles(server.store, pictures, start + 600);
    expect(await server.store.selectFrom('avatar_files').selectAll().execute()).toEqual([]);
  });

  it('keeps what is transparent transparent', async () => {
    const address = await uploaded(server, token, await plainPicture(600, 600, 0.5).png().toBuffer());
    expect(address).toMatch(/\.png$/);
    const { headers, bytes } = await download(address);
    const { width, hasAlpha } = await sharp(bytes).metadata();
    expect([headers.get('Content-Type'), width, hasAlpha]).toEqual(['image/png', 512, true]);
  });

  it('takes the first frame of an animation', async () => {
    const frames = [plainPicture(20, 20), sharp({ create: { width: 20, height: 20, channels: 3, background: 'blue' } })];
    const images = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
    const animation = await sharp(images, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(animation, { animated: true }).metadata()).pages).toBe(2);
    const { bytes } = await download(await uploaded(server, token, animation));
    const { dominant } = await sharp(bytes).stats();
    expect((await sharp(bytes).metadata()).height).toBe(20);
    expect(dominant.r).toBeGreaterThan(dominant.b);
  });

  it('serves a picture to anyone for a year, as a picture and nothing else', async () => {
    const { headers } = await download(await uploaded(server, token, await jpeg()));
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it('deletes the previous picture, and no one else’s of the same content', async () => {
    const picture = await jpeg();
    const other = await registerUser(server, 'Ada');
    const [mine, theirs] = [await uploaded(server, token, picture), await uploaded(server, other.token, picture)];
    const next = await uploaded(server, token, await jpeg(80));
    expect(await statusesOf(mine, next, theirs)).toEqual([404, 200, 200]);
  });

  it('leaves the picture of another user whose address a user sets', async () => {
    const other = await registerUser(server, 'Ada');
    const theirs = await uploaded(server, other.token, await jpeg());
    // The contract takes addresses on the internet alone, so the row is written.
    await server.store.updateTable('users').set({ avatar: theirs }).where('id', '=', id).execute();
    await uploaded(server, token, await jpeg());
    await server.call('updateUser', { token, body: { avatar: '' } });
    await removeUnusedFiles(server.store, server.services.pictures, start);
    expect(await statusesOf(theirs)).toEqual([200]);
  });

  it('is undone by another address or none, and the file goes', async () => {
    const address = await uploaded(server, token, await jpeg());
    await server.call('updateUser', { token, body: { avatar: 'https://cdn.example.com/mei.jpg' } });
    await removeUnusedFiles(server.store, server.services.pictures, start);
    expect(await statusesOf(address)).toEqual([404]);
  });

  it('lets the file go with its user', async () => {
    const address = await uploaded(server, token, await jpeg());
    const user = await readUser(server, id);
    await inTransaction(server.tenant, (tx) => deleteUser(tx, user));
    await removeUnusedFiles(server.store, server.services.pictures, start);
    expect(await statusesOf(address)).toEqual([404]);
    expect(await server.store.selectFrom('avatar_files').selectAll().execute()).toEqual([]);
  });

  it('is refused to anonymous users', async () => {
    const { body } = await server.call('loginAnonymously');
    const { status, body: refusal } = await upload(server, body.token, await jpeg());
    expect([status, refusal.code]).toEqual([403, 'anonymous_forbidden']);
  });

  it('answers store_unavailable if the folder cannot be written, and the picture stays', async () => {
    const folder = createFolder();
    const broken = await startServer({ services: { pictures: createFolderStore(`${folder}/file`, 'http://127.0.0.1') } });
    const { token: session } = await registerUser(broken);
    writeFileSync(`${folder}/file`, '');
    const { status, body, headers } = await upload(broken, session, await jpeg());
    expect([status, body.code, headers.get('Retry-After')]).toEqual([503, 'store_unavailable', '60']);
    rmSync(`${folder}/file`);
    expect((await upload(broken, session, await jpeg())).status).toBe(200);
  });
});

describe('an upload that never ended', () => {
  it('leaves nothing: its file is deleted ten minutes later', async () => {
    const { pictures } = server.services;
    const session = { tokenHash: 'gone', userId: id };
    const address = await uploaded(server, token, await jpeg());
    await server.store
      .updateTable('avatar_files')
      .set({ unused_since: start + 600 })
      .where('owner_id', '=', session.userId)
      .execute();
    await removeUnusedFiles(server.store, pictures, start + 599);
    expect(await statusesOf(address)).toEqual([200]);
    await removeUnusedFiles(server.store, pictures, start + 600);
    expect(await statusesOf(address)).toEqual([404]);
  });
});
