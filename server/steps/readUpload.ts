import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { Request } from 'express';
import { ApiError, invalidField } from '../errors.ts';

/** A file that a client is sending: the handler decides when it is read, so that it is not read for a caller who is refused. */
export interface Upload {
  /**
   * Reads the file in the form's field `file`.
   *
   * @throws body_too_large as soon as the file is too long; request_invalid; media_type_unsupported
   */
  read(): Promise<Buffer>;
}

/** Maximum bytes of a file. */
const mostBytes = 1_048_576;
/** Maximum bytes of a form besides its file: `uploadFile` also sends fields of the app. */
const mostOther = 65_536;
/** Maximum bytes of a refused body that are read and discarded, so that its sender receives the answer; then the connection is closed. */
const mostDiscarded = 8 * mostBytes;

/** @throws media_type_unsupported unless the request is a form with files; body_too_large if its declared length is too long */
export function openUpload(request: Request): Upload {
  const { headers } = request;
  const [type = ''] = headers['content-type']?.split(';') ?? [];
  if (type.trim().toLowerCase() !== 'multipart/form-data' || headers['content-encoding'] !== undefined) {
    throw new ApiError('media_type_unsupported', {
      text: {
        en: 'Send a form, multipart/form-data, with the picture in the field `file`.',
        zh: '请以表单（multipart/form-data）提交，图片放在字段 `file` 中。',
      },
    });
  }
  if (Number(headers['content-length']) > mostBytes + mostOther) {
    discard(request);
    throw new ApiError('body_too_large');
  }
  return { read: () => readFile(request) };
}

function readFile(request: Request): Promise<Buffer> {
  return new Promise<Buffer>((resolve, reject) => {
    let parts: Buffer[] | undefined;
    const refuse = (error: ApiError) => {
      request.unpipe();
      discard(request);
      reject(error);
    };
    const form = openForm(request);
    form.on('file', (field, stream) => {
      if (field !== 'file') return refuse(invalidField(`/body/${field.slice(0, 64)}`, "is a file: the picture's field is named file"));
      if (parts) return refuse(invalidField('/body/file', 'must be one file'));
      parts = collect(stream, refuse);
    });
    for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
      form.on(limit, () => refuse(invalidField('/body', 'must be one file, and few other fields')));
    }
    form.on('finish', () => (parts ? resolve(Buffer.concat(parts)) : reject(invalidField('/body/file', 'is missing'))));
    form.on('error', () => refuse(notWhole()));
    request.on('close', () => {
      if (!request.complete) reject(notWhole());
    });
    request.pipe(form);
  });
}

/** @throws request_invalid if the type names no boundary */
function openForm({ headers }: Request): BusboyInstance {
  const limits = { fileSize: mostBytes, files: 1, fields: 50, fieldSize: 8192, fieldNameSize: 100, parts: 51, headerPairs: 50 };
  try {
    return new Busboy({ headers: { ...headers, 'content-type': headers['content-type'] ?? '' }, limits });
  } catch {
    throw invalidField('/headers/content-type', 'must have the boundary of the form: let the HTTP client set it');
  }
}

function collect(stream: BusboyFileStream, refuse: (error: ApiError) => void): Buffer[] {
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  stream.on('limit', () => refuse(new ApiError('body_too_large')));
  stream.on('error', () => refuse(notWhole()));
  return parts;
}

const notWhole = () => invalidField('/body', 'is incomplete, or is not a form');

/** Discards the rest of the body: closing the connection would lose the answer. */
function discard(request: Request): void {
  let discarded = 0;
  request.on('data', (part: Buffer) => {
    discarded += part.length;
    if (discarded > mostDiscarded) request.destroy();
  });
  request.resume();
}
