import { runAdmin } from './program.ts';

// A reader that stops early, such as `head`, has what it wants.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runAdmin(process.argv.slice(2), {
  env: process.env,
  input: process.stdin,
  output: (text) => process.stdout.write(text),
  errors: (text) => process.stderr.write(text),
});
