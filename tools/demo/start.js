/** Starts the demo. */
import '../../server/process/requireNode.js';

await import('./main.ts');
