import { readFileSync } from 'node:fs';
import express from 'express';
import { middleware } from 'express-openapi-validator';
import { answer, port } from './answer.ts';

/** Validates requests against the same contract with the usual Express middleware, and does nothing else. */
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/', (_request, response) => {
  response.json(answer);
});
app.use(express.json());
app.use(
  middleware({
    apiSpec: JSON.parse(readFileSync('generated/openapi.json', 'utf8')),
    validateSecurity: false,
    validateApiSpec: false,
  }),
);
app.use((_request, response) => {
  response.json(answer);
});
app.listen(port, '127.0.0.1');
