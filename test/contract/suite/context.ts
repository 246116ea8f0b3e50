import { type OperationId, operationTable, type PlatformName } from '../../../generated/operations.ts';
import { requestExamplesOf } from '../../support/contract.ts';
import type { Reply } from './answers.ts';
import { Lacking, type Request, type Target } from './target.ts';

export type Fields = Record<string, unknown>;

/** A fault of the host's data (`server/sandbox`). */
export interface HostFault {
  fault?: { kind: string; times?: number };
  tamper?: string;
}

/** The context of a case: an operation, and a person who is new to the target. */
export interface Context {
  id: OperationId;
  target: Target;
  platform: PlatformName;
  person: string;
  /** Calls an operation that must succeed before the case. */
  call(id: OperationId, request?: Request): Promise<Reply>;
  /** The code of the host's `login()`. */
  codeOn(platform: PlatformName, person: string, how?: HostFault): Promise<string>;
  /** The host's code for the person's device. */
  anonymousCodeOn(platform: PlatformName, person: string): Promise<string>;
  /** The host's data when a person grants the profile or taps the phone button. */
  grantedOn(what: 'profile' | 'phone', platform: PlatformName, person: string, how?: HostFault): Promise<Fields>;
  /** Changes a person's data on the platforms: `nickname`, `city`, `phone`, or `anonymous` for a placeholder instead of the profile. */
  changePerson(person: string, change: Fields): Promise<unknown>;
  /** The latest code sent to a number. */
  smsCodeTo(phone: string): Promise<string>;
  /** The latest mail to an address; undefined if there was none. */
  lastMailTo(address: string): Promise<string | undefined>;
}

export function createContext(target: Target, id: OperationId): Context {
  const ask = async (path: string, body?: object, method = 'POST'): Promise<Fields> => {
    if (target.sandbox === undefined) throw new Lacking('a sandbox, for login codes');
    const init = body && { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(target.sandbox + path, init);
    if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${path} ${JSON.stringify(body)}`);
    return (await response.json()) as Fields;
  };
  return {
    id,
    target,
    platform: platformOf(id) ?? 'wechat',
    person: target.newName(),
    async call(operation, request) {
      const reply = await target.send(operation, request);
      if (reply.status >= 300) throw new Error(`${operation}, called before ${id}: ${reply.status} ${reply.text}`);
      return reply;
    },
    codeOn: async (platform, person, { fault } = {}) => String((await ask(`/${platform}/login`, { person, fault })).code),
    anonymousCodeOn: async (platform, person) => String((await ask(`/${platform}/login`, { person, signed_out: true })).anonymousCode),
    grantedOn: (what, platform, person, how) => ask(`/${platform}/${what}`, { person, ...how }),
    changePerson: (person, change) => ask('/person', { person, ...change }, 'PUT'),
    smsCodeTo: async (phone) => String((await ask(`/sms/${phone}`)).code),
    lastMailTo: async (address) => {
      if (target.sandbox === undefined) throw new Lacking('a sandbox, for mails');
      const response = await fetch(`${target.sandbox}/mail/${address}`);
      return response.ok ? String(((await response.json()) as Fields).text) : undefined;
    },
  };
}

/** The platform of an operation, if it has one. */
export const platformOf = (id: OperationId) => /\/idp\/(\w+)\//.exec(operationTable[id].path)?.[1] as PlatformName | undefined;

/** The verb that operations of all platforms and versions share: `silentLogin` for `silentLoginWechat`. */
export function kindOf(id: OperationId): string {
  const verb = id.replace(/V\d+$/, '');
  const platform = platformOf(id);
  return platform ? verb.slice(0, -platform.length) : verb;
}

/** The request example of an operation with the most fields. */
export const fullestExample = (id: OperationId): Fields =>
  requestExamplesOf(id)
    .map(({ value }) => value as Fields)
    .reduce((fullest, fields) => (Object.keys(fields).length > Object.keys(fullest).length ? fields : fullest), {});
