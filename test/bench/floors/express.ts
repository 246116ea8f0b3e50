import express from 'express';
import { answer, port } from './answer.ts';

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get(['/', '/hserve/v2.5/user/info/:user_id/'], (_request, response) => {
  response.json(answer);
});
app.listen(port, '127.0.0.1');
