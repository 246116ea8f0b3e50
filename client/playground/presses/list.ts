import type { Phone } from '../phones.ts';
import { clientWith } from '../server.ts';
import { setState } from '../state.ts';

/** Number of users to show. */
const limit = 5;

/**
 * Lists the latest users with a nickname, by the typed client: the other clients have no list.
 *
 * @param wrongly whether to ask for a field that no one may query
 * @throws as the clients do
 */
export async function listUsers({ shim: { baas }, record }: Phone, wrongly: boolean): Promise<void> {
  const token = baas.storage.get('auth_token');
  const client = clientWith(typeof token === 'string' && token !== '' ? token : undefined, (exchange) => record?.(exchange));
  const where = JSON.stringify(wrongly ? { _phone: { $eq: '13800138000' } } : { nickname: { $ne: '' } });
  const query = { where, keys: 'nickname,avatar', order_by: '-created_at', limit };
  const { data, error, response } = await client.operations.listUsers({ params: { query } });
  if (!data) throw Object.assign(new Error(error.error_msg), { code: response.status, error_code: error.code });
  setState({ listed: data.objects });
}
