import type { Exchange } from '../host/recording.ts';
import { serverRoot } from '../server.ts';
import { calledBy } from './operations.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The requests of a press as commands for a shell. */
export function curlOf(exchanges: readonly Exchange[]): string {
  return exchanges
    .flatMap((exchange) => {
      if (exchange.kind !== 'request') return [];
      const { method, path } = calledBy(exchange) ?? { method: exchange.method, path: exchange.url.slice(serverRoot.length) };
      const { Authorization: session } = exchange.headers;
      const hasBody = exchange.body !== undefined;
      return [
        [
          `curl -si ${method === 'GET' || (method === 'POST' && hasBody) ? '' : `-X ${method} `}${quoted(serverRoot + path)}`,
          `-H ${quoted(`X-Hydrogen-Client-ID: ${exchange.headers['X-Hydrogen-Client-ID']}`)}`,
          ...(session ? [`-H ${quoted(`Authorization: ${session}`)}`] : []),
          ...(hasBody ? [`--json ${quoted(JSON.stringify(exchange.body))}`] : []),
        ].join(' \\\n  '),
      ];
    })
    .join('\n\n');
}
