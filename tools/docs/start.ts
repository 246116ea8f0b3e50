/** The script of the reference: shows the contract with Scalar, and lets a reader call this server. */
import { forReading, type ReadContract, type ReadLanguage } from './forReading.ts';
import { sandboxFetch } from './sandboxFetch.ts';

declare const document: { documentElement: { lang: ReadLanguage; dataset: { root: string; sandbox?: string } } };
declare const location: { href: string };
/** Set by Scalar's script. */
declare const Scalar: {
  createApiReference(selector: string, configuration: object): { updateConfiguration(configuration: object): void };
};

// Zod, which Scalar has inside, would try `eval`, which the page forbids.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

const { lang: language, dataset } = document.documentElement;
const root = new URL(dataset.root, location.href).href.replace(/\/$/, '');
const hasSandbox = dataset.sandbox !== undefined;
const read = async (): Promise<ReadContract> => {
  const response = await fetch(`${root}/openapi${language === 'en' ? '' : `.${language}`}.json`);
  return response.json() as Promise<ReadContract>;
};
const scalar = './scalar.js';
const [contract] = await Promise.all([read(), import(scalar)]);

const configuration = {
  content: forReading(contract, language, { root, hasSandbox }),
  localization: { locale: language },
  modelsSectionLabel: language === 'en' ? 'Schemas' : '数据结构',
  showOperationId: true,
  // The contract has its own samples, of what the project offers.
  hiddenClients: true,
  // Nothing of other servers, and nothing to buy.
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  documentDownloadType: 'none',
  ...(hasSandbox && { customFetch: sandboxFetch(root, contract.components.examples, logIn) }),
};

const inSandbox = (session?: object) => ({
  ...configuration,
  authentication: { securitySchemes: { ClientId: { value: 'sandbox' }, ...session } },
});
const reference = Scalar.createApiReference('#reference', hasSandbox ? inSandbox() : configuration);

/** Fills in the session of the requests that follow. */
function logIn(token: string): void {
  reference.updateConfiguration(inSandbox({ Session: { value: `Hydrogen-r1 ${token}` } }));
}
