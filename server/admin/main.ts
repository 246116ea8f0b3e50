import { runAdmin } from './program.ts';

process.exitCode = await runAdmin(process.argv.slice(2), {
  env: process.env,
  input: process.stdin,
  output: (text) => process.stdout.write(text),
  errors: (text) => process.stderr.write(text),
});
