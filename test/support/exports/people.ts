import { createHash } from 'node:crypto';

/** A synthetic person, derived from a number, so always the same. */
export interface Person {
  n: number;
  name: string;
  password: string;
  phone: string;
  email: string;
  openid: string;
  unionid: string;
  sessionToken: string;
  createdAt: Date;
}

const digits = (text: string, count: number) => createHash('sha256').update(text).digest('hex').slice(0, count);

export function personOf(n: number): Person {
  return {
    n,
    name: `person_${n}`,
    password: `plum-rain-${n}`,
    phone: `139${String(n).padStart(8, '0')}`,
    email: `person_${n}@example.com`,
    openid: `oOPEN${digits(`openid ${n}`, 23)}`,
    unionid: `oUNION${digits(`unionid ${n}`, 22)}`,
    sessionToken: digits(`session ${n}`, 25),
    createdAt: new Date(1_500_000_000_000 + n * 1000),
  };
}
