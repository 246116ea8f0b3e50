import { build } from 'esbuild';

/** Writes the script and the style of the reference to `generated/docs/`, where Scalar's own script is. */
export async function buildPage(): Promise<void> {
  await build({
    entryPoints: ['tools/docs/start.ts', 'tools/docs/page.css'],
    outdir: 'generated/docs',
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'warning',
  });
}
