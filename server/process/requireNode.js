/**
 * Exits with a one-line message if Node is too old to run the sources. Plain JavaScript, whose importers load all else dynamically: an
 * older Node fails to parse TypeScript and to resolve newer modules before it runs any code.
 */

/** `engines` of package.json. */
const oldest = [24, 15];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  const { node } = process.versions;
  console.error(
    `Node ${node} is too old: Node ${oldest.join('.')} or newer is needed (https://nodejs.org). After \`npm ci\`, \`npm start\` and \`npm run …\` use the Node that the project installs.`,
  );
  process.exit(1);
}
