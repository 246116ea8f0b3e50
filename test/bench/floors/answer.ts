/** What every floor answers: as many bytes as a user's record has. */
export const answer = { fill: 'x'.repeat(570 - '{"fill":""}'.length) };
export const port = Number(process.env.PORT);
