import { networkInterfaces } from 'node:os';
import type { Settings } from '../config/settings.ts';
import type { LogOutput } from '../observe/logOutput.ts';

/**
 * Prints what a person can open now.
 *
 * @param hasSite whether the site of the documentation was built
 * @param hasPlayground whether the playground was built
 */
export function announce(
  origin: string,
  { host, sandbox, sms, mail }: Pick<Settings, 'host' | 'sandbox' | 'sms' | 'mail'>,
  output: Pick<LogOutput, 'write' | 'flushSync'>,
  { hasSite, hasPlayground }: { hasSite: boolean; hasPlayground: boolean },
): void {
  const lines = [`Ready at ${origin}`];
  if (host === '0.0.0.0') lines.push(...lanOrigins(origin).map((lan) => `  Network    ${lan}: for phones on the same network`));
  if (sandbox && hasPlayground) {
    lines.push(`  Playground ${origin}/playground/ (open it in a browser): phones of every platform, to log in and link`);
  }
  if (hasSite) lines.push(`  Manual     ${origin}/docs/start, ${origin}/docs/zh-CN/start`);
  lines.push(`  Reference  ${origin}/docs`, `  Contract   ${origin}/openapi.json`);
  if (sandbox) lines.push('  Demo       npm run demo (in another terminal): one person on every platform');
  if (sandbox) lines.push(`  Sandbox    ${origin}/sandbox (client id "sandbox"): simulates the platforms`);
  if (sandbox && !sms) lines.push(`  SMS        ${origin}/sandbox/sms/13800138000: the latest code for this number (nothing is sent)`);
  if (sandbox && !mail) {
    lines.push(`  Mail       ${origin}/sandbox/mail/mei@example.com: the latest mail to this address (nothing is sent)`);
    lines.push('             This log contains every mail, WITH ITS LINK');
  }
  output.write(`${lines.join('\n')}\n`);
  output.flushSync();
}

/** The server's addresses in the local networks. */
const lanOrigins = (origin: string): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => `http://${address}:${new URL(origin).port || 80}`);
