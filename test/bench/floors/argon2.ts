import { hash } from '@node-rs/argon2';

/** Measures hashes per second, three at a time like the server, for the seconds in the first argument. */
const until = performance.now() + Number(process.argv[2]) * 1000;
const started = performance.now();
let hashes = 0;
async function work() {
  while (performance.now() < until) {
    await hash('plum-rain-june', { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    hashes++;
  }
}
await Promise.all([work(), work(), work()]);
process.stdout.write(String(hashes / ((performance.now() - started) / 1000)));
