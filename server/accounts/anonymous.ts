import { ApiError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** @throws anonymous_forbidden */
export async function forbidAnonymous(store: Store, appId: string, userId: number): Promise<void> {
  const anonymous = await store
    .selectFrom('users')
    .select('id')
    .where('app_id', '=', appId)
    .where('id', '=', userId)
    .where('is_anonymous', '=', 1)
    .executeTakeFirst();
  if (anonymous) throw new ApiError('anonymous_forbidden');
}
