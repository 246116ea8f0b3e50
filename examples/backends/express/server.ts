/** Orders of the person who asks. `LOGIN_URL` is the login service, `AUDIENCE` the name that its access tokens have for this API. */
import express, { type RequestHandler } from 'express';
import { createRemoteJWKSet, errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import { receiveEvents } from './events.ts';
import { orders } from './orders.ts';

const { LOGIN_URL: issuer = '', AUDIENCE: audience = '', PORT = '8080' } = process.env;
const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { cacheMaxAge: 300_000 });
const strict: JWTVerifyOptions = {
  issuer,
  audience,
  typ: 'at+jwt',
  algorithms: ['ES256'],
  requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
  clockTolerance: 30,
};

/** The ids of the users whose requests are under way. */
const users = new WeakMap<object, string>();

const authenticate: RequestHandler = async (request, response, next) => {
  const [, token] = /^Bearer (.+)$/i.exec(request.get('Authorization') ?? '') ?? [];
  if (token === undefined) {
    response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'an access token is missing' });
    return;
  }
  try {
    const { payload } = await jwtVerify(token, keys, strict);
    users.set(request, String(payload.sub));
  } catch (error) {
    // Without the keys no token can be called wrong: that is a 500.
    if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error;
    response.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').json({ error: error.message });
    return;
  }
  next();
};

const app = express();
app.post('/login-events', receiveEvents);
app.use(express.json());
app
  .route('/orders')
  .all(authenticate)
  .get((request, response) => {
    response.json(orders.filter(({ user }) => user === users.get(request)));
  })
  .post((request, response) => {
    const order = { user: users.get(request) ?? '', item: String(request.body?.item) };
    orders.push(order);
    response.status(201).json(order);
  });
app.listen(Number(PORT), () => console.log(`Orders at http://127.0.0.1:${PORT}/orders`));
