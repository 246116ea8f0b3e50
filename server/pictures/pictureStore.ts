/** Formats in which pictures are stored, by file extension, with their media types. */
export const pictureTypes = { jpg: 'image/jpeg', png: 'image/png' } as const;
export type PictureExtension = keyof typeof pictureTypes;

/** A picture as it is stored and served. */
export interface Picture {
  bytes: Buffer;
  extension: PictureExtension;
}

/** Stores users' pictures, each under its own name, and makes them public. A name is never reused. */
export interface PictureStore {
  /** @throws store_unavailable */
  put(name: string, picture: Picture): Promise<void>;
  /** Deletes a picture, if it exists. @throws store_unavailable */
  delete(name: string): Promise<void>;
  /** The folder that this server serves them from; undefined if another server does. */
  folder: string | undefined;
  /** The public address of a picture. */
  urlOf(name: string): string;
}

/** Names of stored pictures (`newPictureName`). */
export const pictureName = /^[0-9a-f]{64}\.(jpg|png)$/;
