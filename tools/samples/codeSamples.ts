/** Writes `x-codeSamples` of an operation: calls by curl, the mini-program client and the typed client. */
import { operationRequest, type SampledOperation } from './operationRequest.ts';
import { shimSample } from './shim.ts';

export interface CodeSample {
  lang: string;
  label: string;
  source: string;
}

const server = 'http://127.0.0.1:3000';

/**
 * @param path with its parameters in braces
 * @param item the path's, whose parameters its operations share
 */
export function codeSamples(contract: object, method: string, path: string, item: object, operation: SampledOperation): CodeSample[] {
  const { operationId = '' } = operation;
  const { filledPath, params, body, isUpload, expectsSession, platform } = operationRequest(contract, path, item, operation);
  const input = typeof body === 'object' && body !== null ? { ...body } : params;
  const shim = shimSample(operationId, platform, input);

  const curl = [
    'curl',
    ...(method === 'get' || (method === 'post' && (body !== undefined || isUpload)) ? [] : ['-X', method.toUpperCase()]),
    `${server}${filledPath} \\\n  -H 'X-Hydrogen-Client-ID: sandbox'`,
    ...(expectsSession ? ['\\\n  -H "Authorization: Hydrogen-r1 $TOKEN"'] : []),
    ...(isUpload ? ['\\\n  -F file=@picture.jpg'] : []),
    ...(body === undefined ? [] : [`\\\n  --json ${quoted(JSON.stringify(body))}`]),
  ].join(' ');

  const options = {
    ...(Object.keys(params).length > 0 && { params: { path: params } }),
    ...(body !== undefined && { body }),
  };
  const token = expectsSession ? ', token: () => token' : '';
  const typed = `import { createClient } from 'miniprogram-login-client/api'

const { operations } = createClient({ baseUrl: '${server}', clientId: 'sandbox'${token} })
const { data, error } = await operations.${operationId}(${isUpload ? '{ body: { file } }' : Object.keys(options).length > 0 ? literal(options) : ''})`;

  return [
    { lang: 'Shell', label: 'curl', source: curl },
    ...(shim === undefined ? [] : [{ lang: 'JavaScript', label: 'mini-program', source: `${shim}\n  .then(console.log, console.error)` }]),
    { lang: 'TypeScript', label: 'typed client', source: typed },
  ];
}

/** Writes JSON as TypeScript. */
const literal = (value: object) => JSON.stringify(value, null, 2).replaceAll(/^( *)"([A-Za-z_]\w*)":/gm, '$1$2:');

/** Quotes text as one word for a shell. */
export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
