/**
 * Exits on a Node that cannot run the sources, with one line instead of a stack trace. Plain JavaScript, and its importers load the rest
 * dynamically: an older Node refuses TypeScript and newer modules before it runs anything.
 */

/** `engines` of package.json. */
const oldest = [24, 15];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  const { node } = process.versions;
  console.error(
    `Node ${node} is too old: Node ${oldest.join('.')} or newer is needed (https://nodejs.org). After \`npm ci\`, \`npm start\` and \`npm run …\` bring their own.`,
  );
  process.exit(1);
}
