import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import type { Generator } from './load.ts';
import { newName } from './requests.ts';

/** Runs in this process. Each connection sends its share of the requests in sequence, in any `order`. */
export const loadByAutocannon: Generator = async (origin, requests, connections, seconds) => {
  const share = requests.length / connections;
  let connection = 0;
  const times: number[] = [];
  const result = await autocannon({
    url: origin,
    connections,
    duration: seconds,
    timeout: 60,
    setupClient(client) {
      const first = connection++ * share;
      client.setRequests(
        requests.slice(first, first + share).map((request) => {
          const { body } = request;
          if (!body?.includes(newName)) return request;
          return { ...request, setupRequest: (sent) => ({ ...sent, body: body.replace(newName, randomUUID()) }) };
        }),
      );
      client.on('response', (_status, _bytes, time) => times.push(time));
    },
  });
  times.sort((a, b) => a - b);
  return {
    answers: times.length,
    rate: times.length / result.duration,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    failed: result.non2xx + result.errors + result.timeouts,
  };
};
