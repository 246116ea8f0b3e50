import type { components } from '../../generated/types.ts';
import type { Services } from '../services.ts';
import { changeCustomFields } from './customFields.ts';
import { lockUser } from './users.ts';

type UserChange = components['schemas']['UpdateUser'];

/**
 * Writes a user's profile fields and custom fields: all of them, or none.
 *
 * @throws request_invalid for custom fields past what the contract allows
 */
export async function changeUser({ store, now }: Services, appId: string, id: number, change: UserChange): Promise<void> {
  const { nickname, avatar, gender, language, city, province, country, $unset = {}, ...custom } = change;
  await store.transaction().execute(async (transaction) => {
    const user = await lockUser(transaction, appId, id, now());
    const fields = JSON.stringify(changeCustomFields(JSON.parse(user.fields), custom, Object.keys($unset)));
    await transaction
      .updateTable('users')
      .set({ nickname, avatar, gender, language, city, province, country, fields })
      .where('app_id', '=', appId)
      .where('id', '=', id)
      .execute();
  });
}
