import { hash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { Dispatcher } from 'undici';
import { ApiError } from '../errors.ts';
import type { Circuits } from '../upstream/circuits.ts';
import { UpstreamError } from '../upstream/errors.ts';
import { loadAgent } from '../upstream/fetch.ts';
import type { BucketSettings } from './bucketSettings.ts';
import { type PictureStore, pictureTypes } from './pictureStore.ts';

/** Milliseconds to wait for the bucket's answer. */
const timeout = 10_000;
/** Seconds after which a client may retry. */
const retryAfter = 60;

/** Stores pictures in a bucket, by the protocol of S3, which MinIO, Aliyun's OSS and Tencent Cloud's COS support too. */
export function createBucketStore({ url, publicUrl, ...keys }: BucketSettings, circuits: Circuits): PictureStore {
  const dependency = `pictures at ${new URL(url).origin}`;
  /** Loaded by the first picture, so that a start does not wait for it. */
  let loading: Promise<Dispatcher> | undefined;

  const send = async (method: 'PUT' | 'DELETE', name: string, headers: Record<string, string>, body?: Buffer) => {
    const content = hash('sha256', body ?? '', 'hex');
    const signer = new AwsV4Signer({
      ...keys,
      method,
      url: `${url}/${name}`,
      headers: { ...headers, 'X-Amz-Content-Sha256': content },
      service: 's3',
    });
    const signed = await signer.sign();
    loading ??= loadAgent(process.env);
    const agent = await loading;
    const response = await agent.request({
      origin: signed.url.origin,
      path: signed.url.pathname,
      method,
      headers: Object.fromEntries(signed.headers),
      body: body ?? null,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    const { statusCode: status } = response;
    const text = await response.body.text();
    if (status < 300 || (method === 'DELETE' && status === 404)) return;
    throw new UpstreamError('failed', { detail: { status, s3_code: /<Code>(\w{1,64})</.exec(text)?.[1] } });
  };
  const call = async (work: () => Promise<void>) => {
    try {
      await circuits.call(dependency, work);
    } catch (cause) {
      const detail = { fault: 'bucket of pictures unavailable', ...(cause instanceof UpstreamError && cause.detail) };
      throw new ApiError('store_unavailable', { retryAfter, detail, cause });
    }
  };

  return {
    folder: undefined,
    put: (name, { bytes, extension }) =>
      call(() =>
        send('PUT', name, { 'Content-Type': pictureTypes[extension], 'Cache-Control': 'public, max-age=31536000, immutable' }, bytes),
      ),
    delete: (name) => call(() => send('DELETE', name, {})),
    urlOf: (name) => `${publicUrl}/${name}`,
  };
}
