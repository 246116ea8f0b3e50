/** Starts the mock. */
import '../../server/process/requireNode.js';

await import('./main.ts');
