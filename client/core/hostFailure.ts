import { type HostDetail, isObject } from './errors.ts';

/** A host's failure, or a failed request that did get a response. Any field may be missing. */
export interface HostFailure extends HostDetail {
  statusCode?: number;
}

/** Reads a failure as a host reports it; some throw a plain `Error`. */
export function failureDetail(failure: unknown): HostFailure {
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

/** Texts of a person's refusal (docs/platforms.md, 1.2, 2.2, 3.2, 4.2 and 5.2) … */
const refusal = /den(y|ied)|cancel|refuse|reject|declin|scope unauthorized|拒绝|取消/i;
/** … unless these texts blame the system or the platform. */
const notThePerson = /permission|access|system|server|platform|quota|domain/i;

/** @param codes the platform's `errno` and `errCode` values that mean a refusal without a text */
export const isDenial = ({ errMsg = '', errno, errCode }: HostDetail, codes: number[] = []): boolean =>
  (refusal.test(errMsg) && !notThePerson.test(errMsg)) || codes.indexOf(Number(errno)) >= 0 || codes.indexOf(Number(errCode)) >= 0;
