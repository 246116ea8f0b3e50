import { createServer } from 'node:http';
import { freePort } from '../support/command.ts';

/**
 * Simulates WeChat on the generator's core: answers every code at once, any number of times, with the openid of the person whom the
 * code names.
 *
 * @param isHanging whether it currently gives no answers
 * @returns its origin
 */
export async function startPlatform(isHanging = () => false): Promise<string> {
  const port = await freePort();
  const server = createServer(({ url = '' }, response) => {
    if (isHanging()) return;
    const person = /[?&]js_code=(\w+)/.exec(url)?.[1];
    const body = JSON.stringify({ session_key: 'c2Vzc2lvbiBrZXkgb2YgMQ==', openid: openidOf(person ?? ''), unionid: `u${person}` });
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body) }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${port}`;
}

export const openidOf = (person: string) => `o-${person}`;
