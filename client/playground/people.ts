/** The people of the playground. `new-1`, `new-2` … are newcomers. */
export type PersonKey = string;

const newcomers = ['Ada', 'Tao', 'Lin', 'Noa', 'Yun', 'Kai'];
const fixed = ['larry', 'mei', 'stranger', 'blocked'];
const pattern = /^(larry|mei|stranger|blocked|new-[1-9]\d?)$/;

export const isPersonKey = (value: unknown): value is PersonKey => typeof value === 'string' && pattern.test(value);

/** The people to choose from, with the next newcomer. */
export const peopleToChoose = (newcomerCount: number): PersonKey[] => [
  ...fixed,
  ...Array.from({ length: newcomerCount + 1 }, (_, index) => `new-${index + 1}`),
];

/** The newcomer's number, undefined for the others. */
export const newcomerNumber = (key: PersonKey): number | undefined => (key.startsWith('new-') ? Number(key.slice(4)) : undefined);

/** A person's nickname on every platform. */
export function nicknameOf(key: PersonKey): string {
  const number = newcomerNumber(key);
  if (number !== undefined) return newcomers[(number - 1) % newcomers.length] ?? key;
  return { larry: 'Larry', mei: 'Mei', stranger: 'Sam', blocked: 'Rex' }[key] ?? key;
}

/** Whether the app creates no account for the person: a stranger to it. */
export const isStranger = (key: PersonKey): boolean => key === 'stranger';

/** Whether the platforms take the person for a risk, as the sandbox does of names that begin with `blocked`. */
export const isBlocked = (key: PersonKey): boolean => key === 'blocked';

/** A world has its own people, so that every story starts with people whom the server does not know. */
export const newWorld = (): string => Array.from(crypto.getRandomValues(new Uint8Array(5)), (byte) => (byte % 36).toString(36)).join('');

/** The person's name in the sandbox. */
export const sandboxName = (world: string, key: PersonKey): string => `${key}-${world}`;

/** The number that a person has at first: the same in a world, another in the next. */
export function firstPhoneOf(world: string, key: PersonKey): string {
  let hash = 0;
  for (const letter of sandboxName(world, key)) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return `138${String(hash % 100_000_000).padStart(8, '0')}`;
}

/** The person's address for mail. */
export const emailOf = (world: string, key: PersonKey): string => `${sandboxName(world, key)}@example.com`;
