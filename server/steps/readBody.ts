import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import express, { type Request, type Response } from 'express';
import { ApiError } from '../errors.ts';

/** Whether a body follows the headers (RFC 9112, section 6). */
export const hasBody = ({ headers }: Request): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** Error type by which `answerError` recognises a body that is not UTF-8. */
export const notUtf8 = 'encoding.not.utf8';

const options = {
  limit: '64kb',
  inflate: false,
  // Decoding would replace invalid bytes by U+FFFD, and different names would become equal (RFC 8259, section 8.1).
  verify(_request: unknown, _response: unknown, bytes: Buffer) {
    if (!isUtf8(bytes)) throw Object.assign(new Error('not UTF-8'), { type: notUtf8 });
  },
};
const parseJson = promisify(express.json(options));
/** A parameter that is sent twice becomes a list, which no form of the contract takes (RFC 6749, section 3.2). */
const parseForm = promisify(express.urlencoded({ ...options, extended: false }));

/**
 * Parses the body, which is far smaller than the limit in every operation. Compressed bodies are refused: no client compresses so little
 * data, and it may expand to any size.
 *
 * @throws media_type_unsupported for a charset other than UTF-8; errors of Express's body parser (answerError.ts)
 */
export async function readBody(request: Request, response: Response): Promise<void> {
  const type = request.headers['content-type'];
  const charset = type && /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1];
  if (charset) {
    // The WHATWG Encoding Standard accepts `utf8` and `utf-8`; the body parser knows only the latter.
    if (!/^utf-?8$/i.test(charset)) {
      throw new ApiError('media_type_unsupported', {
        text: {
          en: `The body must be in UTF-8, and Content-Type says charset=${charset.slice(0, 64)}.`,
          zh: `请求体必须是 UTF-8，而 Content-Type 写的是 charset=${charset.slice(0, 64)}。`,
        },
      });
    }
    request.headers['content-type'] = type.replace(charset, 'utf-8');
  }
  await parseJson(request, response);
  await parseForm(request, response);
}
