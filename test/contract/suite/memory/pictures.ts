import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { expect } from 'vitest';
import { download, jpeg, pictureForm, plainPicture } from '../../../support/pictures.ts';
import type { Context } from '../context.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { expectUnchanged, type Person, recordOf, refused, register, seenBy } from './people.ts';

/** Uploads a picture. @returns its address, as the user's record shows it afterwards */
async function uploadAs(context: Context, person: Person, bytes: Uint8Array, name?: string): Promise<string> {
  const { body } = await context.call('updateAvatar', {
    token: person.token,
    body: pictureForm(bytes, name === undefined ? {} : { name }),
  });
  const { avatar } = await recordOf(context, person);
  expect(body.avatar).toBe(avatar);
  return avatar;
}

/** Milliseconds to wait for a deletion, which happens after the answer. */
const deletionTakes = 20_000;

/** Waits until a picture is no longer served. @throws if it is not deleted */
async function gone(address: string): Promise<void> {
  for (const end = Date.now() + deletionTakes; Date.now() < end; await setTimeout(50)) {
    if ((await download(address)).status === 404) return;
  }
  throw new Error(`${address} is still served`);
}

export const pictureMemory: MemoryCase[] = memoryOf(
  ['updateAvatar'],
  [
    {
      title: 'stores an upright picture without metadata, and deletes the previous one',
      says: [
        'The server turns the picture upright, scales it down to 512 pixels, drops its metadata (place, time, camera) and stores it.',
        '`avatar` becomes its public address, which never shows another picture; the previous picture is deleted.',
        'A form with one picture.',
        'Other fields of the form are ignored.',
        'The record after the change.',
      ],
      async run(context) {
        const person = await register(context);
        const photo = await plainPicture(1200, 600)
          .withExif({ IFD0: { Make: 'Camera' } })
          .withMetadata({ orientation: 6 })
          .jpeg()
          .toBuffer();
        const first = await uploadAs(context, person, photo);
        const { status, bytes } = await download(first);
        const { width, height, exif } = await sharp(bytes).metadata();
        expect([status, width, height, exif]).toEqual([200, 256, 512, undefined]);
        expect((await seenBy(context, await register(context), person.id)).avatar).toBe(first);
        const second = await uploadAs(context, person, await jpeg());
        expect(second).not.toBe(first);
        await gone(first);
        expect((await download(second)).status).toBe(200);
      },
    },
    {
      title: 'accepts four formats by their content, and keeps the first frame of an animation',
      says: [
        'A JPEG, PNG, WebP or GIF picture of at most 1 MiB and 25 million pixels.',
        "The format is determined by the content, not by the file's name or media type.",
        'Of an animation it keeps the first frame.',
      ],
      async run(context) {
        const person = await register(context);
        for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
          const picture = await plainPicture(32, 48).toFormat(format).toBuffer();
          const { bytes } = await download(await uploadAs(context, person, picture, 'a.svg'));
          expect((await sharp(bytes).metadata()).height, format).toBe(48);
        }
        const frames = await Promise.all([plainPicture(20, 20), plainPicture(20, 20, 0.5)].map((frame) => frame.png().toBuffer()));
        const animation = await sharp(frames, { join: { animated: true } })
          .gif()
          .toBuffer();
        const { bytes } = await download(await uploadAs(context, person, animation));
        expect((await sharp(bytes).metadata()).height).toBe(20);
      },
    },
    {
      title: 'refuses anything else, and leaves the record unchanged',
      says: [
        'A file of more than 1 MiB is a 413 `body_too_large`, sent before the whole file has arrived.',
        'The form does not fit the contract, or its file is not a picture that the server takes.',
      ],
      async run(context) {
        const person = await register(context);
        await uploadAs(context, person, await jpeg());
        const bomb = await plainPicture(5100, 5000).png({ compressionLevel: 9 }).toBuffer();
        const refusals = [
          [pictureForm(Buffer.alloc(1_048_577)), 'body_too_large'],
          [pictureForm(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 'picture_invalid'],
          [pictureForm(bomb), 'picture_invalid'],
          [new FormData(), 'request_invalid'],
        ] as const;
        for (const [body, code] of refusals) {
          await expectUnchanged(context, person, () => refused(context, 'updateAvatar', { token: person.token, body }, code));
        }
      },
    },
  ],
);
