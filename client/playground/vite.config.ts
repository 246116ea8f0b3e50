import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Builds the playground into `dist/playground/`; the server serves it at `/playground/`. */
export default defineConfig({
  root: folder,
  // A proxy may serve the server under a prefix.
  base: './',
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../../dist/playground', import.meta.url)),
    emptyOutDir: true,
    // The page's content security policy forbids data URLs.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
