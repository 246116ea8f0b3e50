import { expect } from 'vitest';
import { type MemoryCase, memoryOf } from './memory.ts';
import { expectUnchanged, logInOn, recordOf, register } from './people.ts';

export const meMemory: MemoryCase[] = memoryOf(
  ['getMe'],
  [
    {
      title: "answers with the record of the session's user",
      says: [
        "Use it for the record of the session's own user if its id is not at hand; `getUser` with that id answers the same.",
        'It changes nothing.',
        'Absent unless its user has asked for that (`requestClosure`).',
      ],
      async run(context) {
        for (const person of [await register(context), await logInOn(context, 'wechat')]) {
          await context.call('updateUser', { token: person.token, body: { nickname: 'Larry', seat: '12A' } });
          await expectUnchanged(context, person, async () => {
            const { body } = await context.call('getMe', { token: person.token });
            expect(body).toEqual(await recordOf(context, person));
            expect(body).toMatchObject({ id: person.id, nickname: 'Larry', seat: '12A' });
            expect(body).not.toHaveProperty('_closing_at');
          });
        }
      },
    },
  ],
);
