import type { Group } from './options.ts';

/** A line of the table: a measurement, compared with its floor in the same round or with a number. */
export interface Figure {
  title: string;
  group: Group;
  /** Key of the measurement in the rounds. */
  name: string;
  unit: string;
  /** Key of the figure that it is compared with; none if absent. */
  of?: string;
  atLeast?: number;
  atMost?: number;
}

export const stores = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const;
export type StoreName = keyof typeof stores;

/** At most 20 % more time per request means at least this share of the rate. */
const withMillion = 1 / 1.2;

const targets: Record<StoreName, { read: number; introspection: number; login: number }> = {
  sqlite: { read: 0.3, introspection: 0.25, login: 0.08 },
  postgres: { read: 0.12, introspection: 0.1, login: 0.05 },
};

const floors: Figure[] = [
  { title: 'Raw `node:http`, 570 bytes of JSON', group: 'read', name: 'raw', unit: '/s' },
  { title: 'Express 5', group: 'read', name: 'express', unit: '/s', of: 'raw' },
  { title: 'Express 5 + express-openapi-validator, GET', group: 'read', name: 'validator get', unit: '/s', of: 'raw' },
  { title: 'Express 5 + express-openapi-validator, POST', group: 'login', name: 'validator post', unit: '/s', of: 'raw' },
  { title: 'argon2id (19 MiB, 2, 1) alone, both cores', group: 'password', name: 'argon2', unit: '/s' },
];

function figuresOn(store: StoreName): Figure[] {
  const { read, introspection, login } = targets[store];
  const on = stores[store];
  const operations = [
    { title: `Read the current user, ${on}`, group: 'read', name: `${store} read`, of: 'raw', atLeast: read },
    { title: `Ask whose a session is, ${on}`, group: 'read', name: `${store} introspection`, of: 'raw', atLeast: introspection },
    { title: `Silent login of a returning person, ${on}`, group: 'login', name: `${store} login`, of: 'raw', atLeast: login },
    { title: `Password login, ${on}`, group: 'password', name: `${store} password login`, of: 'argon2', atLeast: 0.9 },
    { title: `Register, ${on}`, group: 'password', name: `${store} register`, of: 'argon2', atLeast: 0.9 },
  ] as const;
  return [
    ...operations.flatMap((figure) => [
      { ...figure, unit: '/s' },
      {
        ...figure,
        title: '… with many people in the store',
        name: `${figure.name}, many`,
        unit: '/s',
        of: figure.name,
        atLeast: withMillion,
      },
    ]),
    { title: `p99 of reading the user, ${on}`, group: 'password', name: `${store} p99`, unit: 'ms' },
    { title: '… under password logins', group: 'password', name: `${store} p99 loaded`, unit: 'ms', of: `${store} p99`, atMost: 3 },
  ];
}

const starts: Figure[] = [
  { title: 'Start to ready on an existing database', group: 'start', name: 'start', unit: 'ms', atMost: 1000 },
  { title: 'Idle memory', group: 'start', name: 'rss', unit: 'MiB', atMost: 110 },
];

/** Every line of the table, in order. */
export const figures: Figure[] = [...floors, ...figuresOn('sqlite'), ...figuresOn('postgres'), ...starts];
