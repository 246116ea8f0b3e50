import * as z from 'zod';

const needed = z.string({ error: 'is needed with S3_BUCKET_URL' });
const address = z
  .url({ protocol: /^https?$/, error: 'must be the address of a bucket, http://… or https://…' })
  .regex(/^[^?#@]*$/, 'must be a URL without query, fragment or user name')
  .transform((url) => url.replace(/\/+$/, ''));

/** Settings of the bucket for pictures, from the environment. */
export const bucketEnvironment = z
  .object({
    S3_BUCKET_URL: address,
    S3_ACCESS_KEY_ID: needed,
    S3_SECRET_ACCESS_KEY: needed,
    S3_REGION: z.string().min(1).default('us-east-1'),
    S3_PUBLIC_URL: address.optional(),
  })
  .transform(
    (env): BucketSettings => ({
      url: env.S3_BUCKET_URL,
      accessKeyId: env.S3_ACCESS_KEY_ID,
      secretAccessKey: env.S3_SECRET_ACCESS_KEY,
      region: env.S3_REGION,
      publicUrl: env.S3_PUBLIC_URL ?? env.S3_BUCKET_URL,
    }),
  );

export interface BucketSettings {
  /** The bucket's address, with its name in the path or in the host; without a slash at its end. */
  url: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** The bucket's public address, for example a CDN's. */
  publicUrl: string;
}
