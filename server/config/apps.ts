import { type Document, isMap, LineCounter, type Node, parseDocument, visit, type YAMLError } from 'yaml';
import * as z from 'zod';
import type { PlatformName } from '../../generated/operations.ts';
import { isCustomFieldName } from '../accounts/customFields.ts';
import { hooksSettings } from '../hooks/settings.ts';
import { rateLimits } from '../limits/limits.ts';
import { contentVerdicts } from '../platforms/contentVerdict.ts';
import { contentPlatforms, platformEntries, riskPlatforms, scanPlatforms } from '../platforms/index.ts';
import type { PlatformApps } from '../platforms/platform.ts';
import { readTextFile } from '../process/utf8.ts';
import { webhookProblems, webhookSettings } from '../webhooks/settings.ts';
import { readPlainly, sayIssue } from './plainIssues.ts';
import { poolConflicts } from './pools.ts';

/** Login methods without a platform. */
const loginMethods = ['username', 'email', 'phone', 'sms', 'anonymous'] as const;
export type LoginMethod = (typeof loginMethods)[number];
/** How a person logged in without a platform: `scan` is enabled by `scan_login`. */
export type LocalMethod = LoginMethod | 'scan';

/** Facts about a user that an access token can hold. */
export const claimNames = ['platform', 'anonymous', 'phone_verified', 'email_verified', 'nickname', 'username'] as const;
export type ClaimName = (typeof claimNames)[number];

/** A calling code. YAML parses one without a plus as a number. */
const callingCode = z.union([z.string(), z.number()]).transform((code, context) => {
  const digits = String(code).replace(/^\+/, '');
  if (!/^[1-9]\d{0,2}$/.test(digits)) context.addIssue({ code: 'custom', message: 'must be a calling code such as 86' });
  return digits;
});

/** Value of `cors_origins` for pages on localhost, any port. */
export const localOrigins = 'local';

const isOrigin = (text: string) => text === localOrigins || (/^https?:/.test(text) && URL.parse(text)?.origin === text);

const origins = z.array(z.string().refine(isOrigin, 'must be an origin, like https://shop.example.com, or local')).default([]);

const identifier = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');

/** The use of a platform's rating of new people. */
const riskOfPlatform = z.strictObject({
  /** The rank from which a person is refused; ranks go from 0 to 4. */
  deny_at: z.int().min(1).max(4),
  /** Whether people are let in whom the platform cannot rate. */
  fail_open: z.boolean().default(true),
});
const riskSettings = z.partialRecord(z.enum(['wechat', ...riskPlatforms]), riskOfPlatform).default({});

const entry = z.strictObject({
  /** The client's `X-Hydrogen-Client-ID`. */
  client_id: identifier,
  /** Names the pool of users; client ids with the same pool share their users. The client id if absent. */
  pool: identifier.optional(),
  name: z.string().min(1).max(128),
  /** Whether clients may update a profile after login; otherwise the operations answer 403. */
  profile_update_from_sdk: z.boolean().default(false),
  /** Environments that clients may name in `X-Hydrogen-Env-ID`. */
  environments: z.array(identifier).default([]),
  /** Enabled login methods without a platform; all if absent. */
  login_methods: z.array(z.enum(loginMethods)).default([...loginMethods]),
  /** Maximum age in seconds of a session that may change a protected account's login names and password; 0 for any age. */
  fresh_login_seconds: z.int().min(0).max(2_592_000).default(3600),
  /** Days within which a user can cancel the closing of the account; 0 closes it at once. */
  closure_grace_days: z.int().min(0).max(15).default(7),
  /** Calling codes of the countries that the app sends SMS codes to, or all. */
  sms_countries: z
    .union([z.literal('all'), z.array(callingCode)], 'must be all, or a list of calling codes such as 86')
    .default(['86', '852', '853', '886']),
  /** Usernames that no user may take, in addition to the usual ones (accounts/reservedUsernames.ts). */
  reserved_usernames: z.array(z.string().min(1).max(64)).default([]),
  /** The custom fields of a user that everyone may see; none if absent. */
  public_fields: z.array(z.string().refine(isCustomFieldName, 'is not a name that a custom field can have')).default([]),
  /** Whether `_provider` also has MinCloud's names of platforms, such as `qq_miniapp`, for apps that were written for them. */
  mincloud_provider_names: z.boolean().default(false),
  /** The platform that checks nicknames and pictures of the sessions that it opened. */
  content_check: z.enum(['off', ...contentPlatforms]).default('off'),
  /** The verdicts on which content is refused. */
  content_check_refuses: z.array(z.enum(contentVerdicts).exclude(['pass'])).default(['risky']),
  /** Whether content that cannot be checked is taken. */
  content_check_fail_open: z.boolean().default(false),
  /** Logging in to a web page by scanning its code with the mini-program. If absent, no page can do so. */
  scan_login: z
    .strictObject({
      /** The platform that draws the code of the mini-program. */
      picture: z.enum(['off', ...scanPlatforms]).default('off'),
      /** An address that opens the mini-program when it is scanned as a QR code; the ticket is added to its query. */
      link: z
        .url({ protocol: /^https?$/, error: 'must be an address, https://…' })
        .max(1024)
        .optional(),
    })
    .refine(({ picture, link }) => picture !== 'off' || link !== undefined, 'needs picture or link, or there is nothing to scan')
    .optional(),
  /** Pages that a phone may let in: those in its network, others with the digits that they show, or any. */
  scan_login_networks: z.enum(['same', 'checked', 'any']).default('checked'),
  /** Users who may list users: registered users, everyone even without a session, or no one. */
  list_users: z.enum(['members', 'public', 'off']).default('members'),
  /** Origins of the app's web pages, `local` for localhost, any port; other pages may not call it. */
  cors_origins: origins,
  /** Origins of the pages that web logins may come back to, `local` for localhost, any port. */
  callback_origins: origins,
  /** Short-lived tokens for the team's own APIs. */
  access_tokens: z
    .strictObject({
      /** Seconds. */
      lifetime_seconds: z.int().min(300).max(900).default(600),
      /** The API that they are for; the client id if absent. */
      audience: z.string().min(1).max(256).optional(),
      /** Facts about the user that they hold in addition to the user's id. */
      claims: z.array(z.enum(claimNames)).default([]),
    })
    .prefault({}),
  /** Endpoints of the team's own servers, which hear of changes of the users. */
  webhooks: z.array(webhookSettings).max(20).default([]),
  /** The team's own server, which decides about messages and registrations. */
  hooks: hooksSettings,
  /** Platforms that rate new people. */
  risk: riskSettings,
  /** Rate limits that differ from the defaults. */
  rate_limits: rateLimits,
  platforms: z.strictObject(platformEntries).partial().default({}),
});
const checkedEntry = entry.superRefine(({ content_check: platform, platforms, scan_login, risk }, context) => {
  const { picture = 'off' } = scan_login ?? {};
  const calling = (name: PlatformName) =>
    `${name} needs platforms.${name}.component.authorizer_refresh_token: it calls the platform in the app's name`;
  if (picture !== 'off' && !platforms[picture]?.scanCode) {
    const path = ['scan_login', 'picture'];
    const message = platforms[picture] ? calling(picture) : `${picture} needs platforms.${picture}: the code opens that mini-program`;
    context.addIssue({ code: 'custom', path, message });
  }
  for (const name of riskPlatforms) {
    if (!risk[name] || platforms[name]?.riskRank) continue;
    const message = platforms[name] ? calling(name) : `needs platforms.${name}, which rates its people`;
    context.addIssue({ code: 'custom', path: ['risk', name], message });
  }
  if (platform === 'off' || (platforms[platform]?.pushes && platforms[platform].contentCheck)) return;
  const message = platforms[platform]?.pushes
    ? calling(platform)
    : `${platform} needs platforms.${platform} with push_token: the verdict on a picture comes as a push`;
  context.addIssue({ code: 'custom', path: ['content_check'], message });
});
const app = checkedEntry.transform((fields) => ({
  ...fields,
  pool: fields.pool ?? fields.client_id,
  platformApps: platformAppsOf(fields.platforms),
}));
const appsFile = z.strictObject({
  apps: z
    .array(app)
    .min(1)
    .superRefine((apps, context) => {
      for (const [index, { client_id }] of apps.entries()) {
        if (apps.findIndex((other) => other.client_id === client_id) < index) {
          context.addIssue({ code: 'custom', path: [index, 'client_id'], message: `${client_id} is in the file twice` });
        }
      }
      for (const { index, key, message } of poolConflicts(apps)) context.addIssue({ code: 'custom', path: [index, key], message });
      for (const { path, message } of webhookProblems(apps)) context.addIssue({ code: 'custom', path, message });
    })
    .transform((apps) =>
      apps.map((app) => ({
        ...app,
        poolPlatformApps: apps.filter(({ pool }) => pool === app.pool).map(({ platformApps }) => platformApps),
      })),
    ),
});

/** One entry of `APPS_FILE`, with its platform app ids and those of all apps of its pool. */
export type App = z.infer<typeof appsFile>['apps'][number];

function platformAppsOf(clients: z.infer<typeof entry>['platforms']): PlatformApps {
  return Object.fromEntries(Object.entries(clients).flatMap(([platform, client]) => (client ? [[platform, client.settings.app_id]] : [])));
}

/**
 * Validates apps that do not come from a file.
 *
 * @throws z.ZodError
 */
export const checkApps = (apps: unknown): App[] => appsFile.parse(apps).apps;

/**
 * Reads the apps from a YAML or JSON file.
 *
 * @throws an error that names the file, the line and the expected value, one line for each problem
 */
export function readApps(path: string): App[] {
  try {
    return parseApps(path, readTextFile(path));
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const reason = 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new Error(`APPS_FILE: ${path} cannot be read: ${reason}`);
  }
}

/**
 * Parses a file of apps.
 *
 * @param path the file's path, for error texts
 * @throws an error that names the file, the line and the expected value, one line for each problem
 */
export function parseApps(path: string, text: string): App[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const lineAt = (offset: number) => lineCounter.linePos(offset).line;
  const lines = text.split('\n');
  const problemAt = (line: number, problem: string) => `${path}:${line}: ${problem}${fullWidthHint(lines.slice(line - 1, line + 1))}`;
  const problems = document.errors.map((error) => problemAt(lineAt(startOf(error, document)), error.message.split('\n')[0] ?? ''));
  if (problems.length > 0) throw new Error(problems.join('\n'));

  const result = readPlainly(appsFile, trimmed(document.toJS()));
  if ('data' in result) return result.data.apps;

  const lineOf = (keys: PropertyKey[]): number => {
    for (let depth = keys.length; depth > 0; depth--) {
      const parent = document.getIn(keys.slice(0, depth - 1), true);
      const key = keys[depth - 1];
      const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
      const node = (pair?.key ?? document.getIn(keys.slice(0, depth), true)) as Node | undefined;
      if (node?.range) return lineAt(node.range[0]);
    }
    return 1;
  };
  throw new Error(result.issues.map((issue) => problemAt(lineOf(issue.path), sayIssue(issue, 'the file'))).join('\n'));
}

/** Full-width characters of Chinese input methods, and the ASCII ones that YAML needs. */
const fullWidth: Record<string, string> = {
  '：': ':',
  '，': ',',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '｛': '{',
  '｝': '}',
  '［': '[',
  '］': ']',
};

/** A hint on the first full-width character outside comments, which may be in Chinese; empty if there is none. */
function fullWidthHint(lines: string[]): string {
  const read = lines.map((line) => line.replace(/(^|\s)#.*/, ''));
  const found = Object.keys(fullWidth).find((character) => read.some((line) => line.includes(character)));
  return found === undefined ? '' : ` (there is a full-width ${found}; did you mean ${fullWidth[found]} ?)`;
}

/** Trims all texts, as in the environment's variables: platforms would reject a secret that ends with a newline. */
function trimmed(value: unknown): unknown {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, trimmed(inner)]));
}

/** The position of an error. YAML reports an unclosed quote at the end of the file; the position is that of the opening quote. */
function startOf({ code, pos }: YAMLError, document: Document.Parsed): number {
  let [start] = pos;
  if (code !== 'MISSING_CHAR') return start;
  visit(document, {
    Scalar(_key, { type, range }) {
      if (range && type?.startsWith('QUOTE') && range[0] <= pos[0] && pos[0] <= range[2]) start = range[0];
    },
  });
  return start;
}
