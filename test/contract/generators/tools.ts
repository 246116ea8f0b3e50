/** Third-party client generators: how each is run on the bundle, and where it writes the types of the schemas. */
export interface Generator {
  name: string;
  /** The command and its arguments, run in a separate folder. */
  command: (bundle: string) => string[];
  /** Files that the command reads, by name. */
  files?: (bundle: string) => Record<string, string>;
  /** An import of the type of schema `CurrentUser`, under that name. */
  currentUser: string;
  /** The zod package to use, if not the newest. */
  zod?: 'zod-3';
}

const kubbConfig = (bundle: string) => `import { defineConfig } from '@kubb/core';
import { pluginClient } from '@kubb/plugin-client';
import { pluginOas } from '@kubb/plugin-oas';
import { pluginTs } from '@kubb/plugin-ts';
import { pluginZod } from '@kubb/plugin-zod';
export default defineConfig({
  input: { path: '${bundle}' },
  output: { path: './out' },
  plugins: [pluginOas({ generators: [] }), pluginTs(), pluginZod(), pluginClient({ client: 'fetch' })],
});
`;

const orvalConfig = (input: string) => `export default {
  fetch: { input: '${input}', output: { target: 'out/client.ts', schemas: 'out/model', client: 'fetch', mode: 'split' } },
  zod: { input: '${input}', output: { target: 'out/zod.ts', client: 'zod' } },
};
`;

export const generators: Generator[] = [
  {
    name: 'Hey API with zod',
    command: (bundle) => [
      'openapi-ts',
      '-i',
      bundle,
      '-o',
      'out',
      '-p',
      '@hey-api/typescript',
      '@hey-api/sdk',
      '@hey-api/client-fetch',
      'zod',
    ],
    currentUser: "import type { CurrentUser } from './out/types.gen';",
  },
  {
    name: 'orval with fetch and zod',
    command: () => ['orval', '--config', 'orval.config.mjs'],
    files: (bundle) => ({ 'orval.config.mjs': orvalConfig(bundle) }),
    currentUser: "import type { CurrentUser } from './out/model';",
  },
  {
    name: 'Kubb with its TypeScript, zod and client plugins',
    command: () => ['kubb', 'generate', '--config', 'kubb.config.mjs'],
    files: (bundle) => ({ 'kubb.config.mjs': kubbConfig(bundle) }),
    currentUser: "import type { CurrentUser } from './out';",
  },
  {
    name: 'swagger-typescript-api',
    command: (bundle) => ['swagger-typescript-api', 'generate', '-p', bundle, '-o', 'out', '-n', 'client.ts'],
    currentUser: "import type { CurrentUser } from './out/client';",
  },
  {
    name: 'oazapfts',
    command: (bundle) => ['oazapfts', bundle, 'out/client.ts'],
    currentUser: "import type { CurrentUser } from './out/client';",
  },
  {
    name: 'openapi-zod-client',
    command: (bundle) => ['openapi-zod-client', bundle, '-o', 'out/client.ts', '--export-schemas'],
    currentUser:
      "import type { z } from 'zod';\nimport { schemas } from './out/client';\ntype CurrentUser = z.infer<typeof schemas.CurrentUser>;",
    zod: 'zod-3',
  },
  {
    // Its zod output does not compile, even for a minimal contract.
    name: 'typed-openapi',
    command: (bundle) => ['typed-openapi', bundle, '-o', 'out/client.ts'],
    currentUser: "import type { Schemas } from './out/client';\ntype CurrentUser = Schemas.CurrentUser;",
  },
];
