import { requestExamplesOf } from '../../support/contract.ts';
import { arrange, openAccount, openAnonymous, password } from './arrangements.ts';
import { type Fields, fullestExample, type Scene } from './scene.ts';
import type { Request } from './target.ts';

const plain = (scene: Scene) => arrange(scene);

const byExample = (wanted: string) => (scene: Scene) => {
  const example = requestExamplesOf(scene.id).find(({ name }) => name === wanted);
  if (!example) throw new Error(`${scene.id} has no request example ${wanted}`);
  return arrange(scene, example.value as Fields);
};

/** How each success example of the contract comes about, by its name. */
export const successes: Record<string, (scene: Scene) => Promise<Request>> = {
  anonymous: plain,
  changed: plain,
  first_page: plain,
  granted: plain,
  latest: plain,
  linked: plain,
  logged_out: plain,
  new_user: plain,
  newcomer: plain,
  now: plain,
  own: plain,
  requested: plain,
  right: plain,
  sent: plain,
  updated: plain,
  verified: plain,
  with_unionid: byExample('with_unionid'),
  returning: (scene) => arrange(scene, { ...fullestExample(scene.id), create_user: false }),
  upgraded: async (scene) => ({ ...(await arrange(scene)), token: await openAnonymous(scene) }),
  another: async (scene) => ({ ...(await arrange(scene)), params: { user_id: (await openAccount(scene)).id } }),
  counted: async (scene) => ({ ...(await arrange(scene)), query: { return_total_count: '1' } }),
  no_match: async (scene) => ({ ...(await arrange(scene)), query: { where: '{"nickname":{"$eq":"nobody has this nickname"}}' } }),
  async email_cleared({ target, call }) {
    const { body } = await call('registerByUsername', { body: { username: target.newName(), password } });
    await call('updateAccount', { token: body.token, body: { email: `${target.newName()}@example.com` } });
    return { token: body.token, body: { email: null } };
  },
};
