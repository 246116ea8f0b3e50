/** Starts the server, from its sources or bundled. */
import './process/requireNode.js';

await import('./main.ts');
