import { createClient } from 'miniprogram-login-client/api';

let token: string | undefined;
const client = createClient({ baseUrl: 'http://127.0.0.1:3000', clientId: 'sandbox', token: () => token });

const account = { username: 'ada', password: 'correct horse' };
const registered = await client.operations.registerByUsername({ body: account });
// Every operation by its path too, with the same types.
const session = registered.data ?? (await client.POST('/hserve/v2.1/login/username/', { body: account })).data;
if (!session) throw new Error(registered.error?.error_msg);

token = session.token;
const { data: user } = await client.operations.getUser({ params: { path: { user_id: session.user_id } } });
console.log(registered.error?.code ?? 'registered', user?._username);
