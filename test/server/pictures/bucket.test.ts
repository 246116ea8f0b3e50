import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../../server/observe/log.ts';
import { createBucketStore } from '../../../server/pictures/bucket.ts';
import { createCircuits } from '../../../server/upstream/circuits.ts';
import { registerUser } from '../../support/accounts.ts';
import { freePort, type StartedCommand, startCommand, stopCommand } from '../../support/command.ts';
import { goCommandOrSkip } from '../../support/goCommand.ts';
import { download, jpeg, upload, uploaded } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG', region: 'us-east-1' };
const bucketAt = (url: string, publicUrl = url) => createBucketStore({ ...keys, url, publicUrl }, createCircuits(createLog('silent')));

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

const command = goCommandOrSkip('github.com/johannesboyne/gofakes3/cmd/gofakes3', 'v1.2.0', 'pictures in a bucket');

describe.skipIf(!command)('pictures in a bucket', () => {
  let server: StartedCommand;
  let bucket: string;
  beforeAll(async () => {
    const port = await freePort();
    const args = ['-backend', 'memory', '-initialbucket', 'avatars', '-host', `127.0.0.1:${port}`];
    server = await startCommand(`${command}`, args, /listen|using/i);
    bucket = `http://127.0.0.1:${port}/avatars`;
    while (!(await answers(bucket))) await setTimeout(50);
  }, 300_000);
  afterAll(() => server && stopCommand(server, 'SIGKILL'));

  it('are served by it, under its public address', async () => {
    const login = await startServer({ services: { pictures: bucketAt(bucket, `${bucket}/../avatars`) } });
    const { token } = await registerUser(login);
    const address = await uploaded(login, token, await jpeg());
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/avatars\/\.\.\/avatars\/[0-9a-f]{64}\.jpg$/);
    const { status, headers } = await download(address);
    expect([status, headers.get('Content-Type')]).toEqual([200, 'image/jpeg']);
  });

  it('go when they are replaced', async () => {
    const login = await startServer({ services: { pictures: bucketAt(bucket) } });
    const { token } = await registerUser(login);
    const [before, after] = [await uploaded(login, token, await jpeg()), await uploaded(login, token, await jpeg(80))];
    await login.services.background.settled();
    expect([(await download(before)).status, (await download(after)).status]).toEqual([404, 200]);
  });

  it('can be deleted twice', async () => {
    const pictures = bucketAt(bucket);
    await pictures.put('a.jpg', { bytes: await jpeg(), extension: 'jpg' });
    await pictures.delete('a.jpg');
    await expect(pictures.delete('a.jpg')).resolves.toBeUndefined();
  });

  it('are refused as store_unavailable by a bucket that there is not, and its reason is in the log', async () => {
    const login = await startServer({ services: { pictures: bucketAt(`${bucket}-of-another`) } });
    const { token } = await registerUser(login);
    const { status, body } = await upload(login, token, await jpeg());
    expect([status, body.code]).toEqual([503, 'store_unavailable']);
    expect(login.logLines().find(({ error }) => error?.code === 'store_unavailable')?.error).toMatchObject({
      status: 404,
      s3_code: 'NoSuchBucket',
    });
  });
});

describe('a bucket', () => {
  it('that no one reaches: 503, and the user stays as before', async () => {
    const login = await startServer({ services: { pictures: bucketAt('http://127.0.0.1:1/avatars') } });
    const { token, id } = await registerUser(login);
    expect(await upload(login, token, await jpeg())).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect((await login.call('getUser', { token, userId: id })).body.avatar).toBe('');
  });

  it('gets requests signed by Signature Version 4, over their content', async () => {
    const seen: Record<string, string | string[] | undefined>[] = [];
    const stand = createServer((request, response) => {
      seen.push(request.headers);
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => stand.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void stand.close());
    await bucketAt(`http://127.0.0.1:${(stand.address() as AddressInfo).port}`).put('a.jpg', { bytes: await jpeg(), extension: 'jpg' });
    expect(seen).toMatchObject([
      {
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/s3\/aws4_request, SignedHeaders=\S*host\S*x-amz-content-sha256\S*, Signature=[0-9a-f]{64}$/,
        ),
        'x-amz-content-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
        'cache-control': 'public, max-age=31536000, immutable',
        'content-type': 'image/jpeg',
      },
    ]);
  });
});
