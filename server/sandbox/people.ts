import { createHash } from 'node:crypto';
import * as z from 'zod';
import { keepLatest } from './keepLatest.ts';

/** A person known to the platforms. */
export interface Person {
  name: string;
  nickname: string;
  gender: 0 | 1 | 2;
  city: string;
  province: string;
  country: string;
  phone: { countryCode: string; number: string };
  /** Whether the person declines dialogs and phone buttons. */
  declines: boolean;
  /** Whether hosts return a placeholder instead of the person's profile, as WeChat does for everyone since 2022. */
  anonymous: boolean;
}

const text = z.string().max(64);
/** Fields of a person that can be changed. */
export const personChange = {
  nickname: text.exactOptional(),
  gender: z.literal([0, 1, 2]).exactOptional(),
  city: text.exactOptional(),
  province: text.exactOptional(),
  country: text.exactOptional(),
  phone: z
    .string()
    .regex(/^1\d{10}$/, 'must be a number of mainland China: 11 digits that begin with 1')
    .transform((number) => ({ countryCode: '86', number }))
    .exactOptional(),
  declines: z.boolean().exactOptional(),
  anonymous: z.boolean().exactOptional(),
};

/** Whether a platform takes a person for a risk. */
export const isBlocked = (name: string): boolean => name.startsWith('blocked');

/** The person that the developer tools' mock code logs in. */
export const deviceOwner = 'developer';

export interface People {
  /** The person with a name, whether listed or generated; always the same until changed. */
  named(name: string): Person;
  change(name: string, change: Partial<Person>): Person;
}

/** The people in the documentation, and one from abroad. */
const known = new Map<string, Omit<Person, 'name' | 'declines' | 'anonymous'>>([
  [
    'larry',
    {
      nickname: 'Larry。',
      gender: 1,
      city: 'Huizhou',
      province: 'Guangdong',
      country: 'China',
      phone: { countryCode: '86', number: '13800138000' },
    },
  ],
  [
    'mei',
    {
      nickname: 'Mei',
      gender: 2,
      city: 'Hangzhou',
      province: 'Zhejiang',
      country: 'China',
      phone: { countryCode: '86', number: '13900139000' },
    },
  ],
  [
    'ada',
    {
      nickname: 'Ada',
      gender: 2,
      city: 'London',
      province: 'England',
      country: 'United Kingdom',
      phone: { countryCode: '44', number: '7911123456' },
    },
  ],
]);

const digest = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('base64url').replaceAll(/[-_]/g, 'x');

export function createPeople(): People {
  const changed = new Map<string, Person>();
  const named = (name: string): Person =>
    changed.get(name) ?? { name, declines: false, anonymous: false, ...(known.get(name) ?? madeUp(name)) };
  return {
    named,
    change(name, change) {
      const person = { ...named(name), ...change };
      keepLatest(changed, name, person);
      return person;
    },
  };
}

function madeUp(name: string): Omit<Person, 'name' | 'declines' | 'anonymous'> {
  const seed = createHash('sha256').update(name).digest().readUInt32BE();
  const number = `13${String(seed % 1_000_000_000).padStart(9, '0')}`;
  return {
    nickname: name,
    gender: 0,
    city: 'Shenzhen',
    province: 'Guangdong',
    country: 'China',
    phone: { countryCode: '86', number },
  };
}

/** A person's id in one app of a platform. */
export const openidOf = (platform: string, appId: string, person: string) => `o${digest('openid', platform, appId, person).slice(0, 27)}`;

/** A person's id across a developer's apps of a platform. */
export const unionidOf = (platform: string, person: string) => `u${digest('unionid', platform, person).slice(0, 27)}`;
