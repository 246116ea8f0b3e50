/** Starts the server, from its sources or from the bundle. */
import './process/requireNode.js';

await import('./main.ts');
