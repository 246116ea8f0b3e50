/** Writes the bundle for one audience: Redocly filters the operations; other parts stay if the operations use them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** The audiences of the contract (`x-audience`): mini-programs and pages, the app's own servers, operators. */
export const audiences = ['client', 'server', 'operator'] as const;
export type Audience = (typeof audiences)[number];

interface View {
  security?: Record<string, unknown>[];
  tags: { name: string }[];
  paths: Record<
    string,
    Record<string, { operationId?: string; tags?: string[]; security?: Record<string, unknown>[]; responses?: Responses }>
  >;
  webhooks?: Record<string, { post?: object }>;
  components: { securitySchemes?: Record<string, unknown>; links?: Record<string, { operationId: string }> };
}
type Responses = Record<string, { links?: Record<string, { $ref?: string }> }>;

/**
 * Writes the part of a bundle for one audience: its operations with their components, tags, security schemes and links.
 *
 * @param bundle the file of the whole contract, whose operations all have an `x-audience`
 * @param output the file to write
 */
export function writeView(audience: Audience, bundle: string, output: string): void {
  const config = `--config=openapi/views/${audience}.yaml`;
  const redocly = (...args: string[]) =>
    execFileSync('npx', ['--no-install', 'redocly', 'bundle', config, `--output=${output}`, ...args], { stdio: 'pipe' });
  redocly(bundle);
  const view: View = JSON.parse(readFileSync(output, 'utf8'));
  // Redocly's filter does not remove shared parts of paths, tags, security schemes and links.
  for (const [path, { parameters: _, ...operations }] of Object.entries(view.paths)) {
    if (Object.keys(operations).length === 0) delete view.paths[path];
  }
  keepOnly(view.webhooks ?? {}, (type) => view.webhooks?.[type]?.post !== undefined);
  if (Object.keys(view.webhooks ?? {}).length === 0) delete view.webhooks;
  const operations = Object.values(view.paths).flatMap((item) => Object.values(item).filter(({ operationId }) => operationId));
  const tags = new Set(operations.flatMap(({ tags = [] }) => tags));
  view.tags = view.tags.filter(({ name }) => tags.has(name));
  const { securitySchemes = {}, links = {} } = view.components;
  const schemes = new Set(operations.flatMap(({ security = view.security ?? [] }) => security.flatMap(Object.keys)));
  keepOnly(securitySchemes, (name) => schemes.has(name));
  if (!operations.some(({ security }) => security === undefined)) delete view.security;
  dropLinks(operations, links);
  writeFileSync(output, JSON.stringify(view, null, 2));
  // A second run: in the first one, emptied paths still referred to these components.
  redocly(output, '--remove-unused-components');
}

/** Removes links to operations of other audiences, and then the link components that no answer uses. */
function dropLinks(operations: { operationId?: string; responses?: Responses }[], links: Record<string, { operationId: string }>): void {
  const ids = new Set(operations.map(({ operationId }) => operationId));
  const used = new Set<string>();
  for (const response of operations.flatMap(({ responses = {} }) => Object.values(responses))) {
    const own = response.links ?? {};
    keepOnly(own, (name) => {
      const component = own[name]?.$ref?.split('/').at(-1) ?? '';
      const isOwn = ids.has(links[component]?.operationId);
      if (isOwn) used.add(component);
      return isOwn;
    });
    if (Object.keys(own).length === 0) delete response.links;
  }
  keepOnly(links, (name) => used.has(name));
}

function keepOnly(map: Record<string, unknown>, isKept: (name: string) => boolean): void {
  for (const name of Object.keys(map)) if (!isKept(name)) delete map[name];
}
