/** Starts the operators' commands. */
import '../process/requireNode.js';

await import('./main.ts');
