import { trackWait } from '../observe/currentRequest.ts';
import type { Metrics } from '../observe/metrics.ts';
import { UpstreamError } from './errors.ts';

/** Measures and traces a call. Leaves out the URL's query, which contains secrets and codes. */
export async function measureCall<T>(name: string, url: URL, { upstream }: Metrics, call: () => Promise<T>): Promise<T> {
  const started = performance.now();
  let outcome = 'answered';
  try {
    return await call();
  } catch (error) {
    outcome = error instanceof UpstreamError ? `platform_${error.reason}` : 'internal_error';
    throw error;
  } finally {
    const milliseconds = performance.now() - started;
    upstream.observe({ platform: name, outcome }, milliseconds / 1000);
    trackWait('upstream', name, milliseconds, { 'server.address': url.hostname, 'url.path': url.pathname, outcome });
  }
}
