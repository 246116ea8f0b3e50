import { type HostDetail, isObject } from './errors.ts';

/** What a host tells of a failure, or of a request that failed although there was an answer. Some tell nothing. */
export interface HostFailure extends HostDetail {
  statusCode?: number;
}

/** What a host told, whatever it passed: some throw an error of the language instead. */
export function toldBy(failure: unknown): HostFailure {
  if (!isObject(failure)) return typeof failure === 'string' ? { errMsg: failure } : {};
  const { errMsg, message, errno, errCode, statusCode }: HostFailure & { message?: string } = failure;
  const text = errMsg || message;
  return {
    ...(typeof text === 'string' && text !== '' && { errMsg: text }),
    ...(errno !== undefined && { errno }),
    ...(errCode !== undefined && { errCode }),
    ...(statusCode !== undefined && { statusCode }),
  };
}

/** How hosts say that the person would not (docs/platforms.md, 1.2, 2.2, 3.2, 4.2 and 5.2) … */
const refusal = /den(y|ied)|cancel|refuse|reject|declin|scope unauthorized|拒绝|取消/i;
/** … and words beside it that make it somebody else's no. */
const notThePerson = /permission|access|system|server|platform|quota|domain/i;

/** @param codes those of the platform's `errno` and `errCode` that say so without words */
export const isDenial = ({ errMsg = '', errno, errCode }: HostDetail, codes: number[] = []): boolean =>
  (refusal.test(errMsg) && !notThePerson.test(errMsg)) || codes.indexOf(Number(errno)) >= 0 || codes.indexOf(Number(errCode)) >= 0;
