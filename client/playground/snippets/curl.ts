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
      // Browsers write the names of headers in lower case.
      const headers = new Headers(exchange.headers);
      const session = headers.get('Authorization');
      const hasBody = exchange.body !== undefined || exchange.isUpload;
      return [
        [
          `curl -si ${method === 'GET' || (method === 'POST' && hasBody) ? '' : `-X ${method} `}${quoted(serverRoot + path)}`,
          `-H ${quoted(`X-Hydrogen-Client-ID: ${headers.get('X-Hydrogen-Client-ID')}`)}`,
          ...(session ? [`-H ${quoted(`Authorization: ${session}`)}`] : []),
          ...(exchange.isUpload ? ["-F 'file=@picture.png'"] : hasBody ? [`--json ${quoted(JSON.stringify(exchange.body))}`] : []),
        ].join(' \\\n  '),
      ];
    })
    .join('\n\n');
}
