/** The response of every floor, as large as a user's record. */
export const answer = { fill: 'x'.repeat(570 - '{"fill":""}'.length) };
export const port = Number(process.env.PORT);
