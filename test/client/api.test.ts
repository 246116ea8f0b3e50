import { describe, expect, it } from 'vitest';
import { createClient, type Schemas } from '../../client/api.ts';
import { aliasTable, operationTable } from '../../generated/client/operations.ts';
import { jpeg } from '../support/pictures.ts';
import { startServer } from '../support/server.ts';

const body = { username: 'ada', password: 'correct horse' };

describe('the typed client', () => {
  it('has a function for every operation for clients, at each of its paths', () => {
    const { operations } = createClient({ baseUrl: 'http://127.0.0.1', clientId: 'sandbox' });
    expect(Object.keys(operations)).toEqual(Object.keys({ ...operationTable, ...aliasTable }));
  });

  it('sends the session after a login', async () => {
    const { origin } = await startServer();
    let token: string | undefined;
    const { operations } = createClient({ baseUrl: origin, clientId: 'sandbox', token: () => token });
    const { data: session } = await operations.registerByUsername({ body });
    const user_id = session?.user_id ?? 0;
    expect((await operations.getUser({ params: { path: { user_id } } })).error?.code).toBe('session_required');
    token = session?.token;
    const { data } = await operations.getUser({ params: { path: { user_id } } });
    expect(data?._username).toBe('ada');
  });

  it("returns an error in the contract's type", async () => {
    const { origin } = await startServer();
    const client = createClient({ baseUrl: origin, clientId: 'unknown' });
    const { data, error, response } = await client.POST('/hserve/v2.0/login/anonymous/');
    const refusal: Schemas['ApiError'] | undefined = error;
    expect(data).toBeUndefined();
    expect(refusal?.code).toBe('client_unknown');
    expect(response.status).toBe(401);
  });

  it("sends the app's environment", async () => {
    const { origin } = await startServer({ configure: (app) => Object.assign(app, { environments: ['staging'] }) });
    const at = (environment: string) => createClient({ baseUrl: origin, clientId: 'sandbox', environment }).operations;
    expect((await at('staging').registerByUsername({ body })).response.status).toBe(201);
    expect((await at('staging').registerByUsername({ body })).error?.code).toBe('username_taken');
    expect((await at('elsewhere').registerByUsername({ body })).error?.code).toBe('request_invalid');
  });
});

it('sends a picture as a form', async () => {
  const { origin } = await startServer();
  let token: string | undefined;
  const { operations } = createClient({ baseUrl: origin, clientId: 'sandbox', token: () => token });
  token = (await operations.registerByUsername({ body })).data?.token;
  const { data, error } = await operations.updateAvatar({ body: { file: new Blob([Uint8Array.from(await jpeg())]) } });
  expect([error, data?.avatar]).toEqual([undefined, expect.stringContaining(`${origin}/v1/avatars/`)]);
});
