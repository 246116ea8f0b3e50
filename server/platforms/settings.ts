import * as z from 'zod';
import { isErrorCode } from '../errors.ts';

/** The README's example has `…` and `<App Key>` as placeholders. */
const isFilledIn = (value: string) => value !== '…' && !/^(\.{3}|<.*>)$/.test(value);

/** A setting that the platform's console shows. */
export const filledIn = (max: number) =>
  z.string().min(1).max(max).refine(isFilledIn, "is still the example's placeholder: put in what the platform gave you");

/** A setting that no command, log line or page shows. */
export const secret = (max: number) => filledIn(max).meta({ secret: true });

/** The settings that every platform's entry in `APPS_FILE` has. */
export const platformSettings = z.strictObject({
  app_id: filledIn(128),
  /** A proxy or a simulator; the platform's own address if absent. */
  base_url: z.url({ protocol: /^https?$/ }).optional(),
  /** Contract codes for platform codes that are unknown here, or mapped wrongly. They override the adapter's own table. */
  error_codes: z.record(z.string(), z.string().refine(isErrorCode, 'is not an error code of the contract')).optional(),
});
export type PlatformSettings = z.infer<typeof platformSettings>;

/** The settings of a platform that knows an app by one secret. */
export const appSecretSettings = platformSettings.extend({ app_secret: secret(512) });
export type AppSecretSettings = z.infer<typeof appSecretSettings>;

/** `sealed_phone` of a platform's entry: whether a sealed number counts as verified. */
export const sealedPhone = z.enum(['believed', 'unproven']);

/** Tells the settings of a platform's entry that are secret from those that may be shown. */
export function splitSecrets({ shape }: z.ZodObject, settings: object): { publicSettings: Record<string, unknown>; secrets: unknown[] } {
  const { secret = [], shown = [] } = Object.groupBy(Object.entries(settings), ([name]) => (isSecret(shape[name]) ? 'secret' : 'shown'));
  return { publicSettings: Object.fromEntries(shown), secrets: secret.flatMap(([, value]) => value) };
}

/** The names of the settings that every entry must have. */
export const requiredNames = ({ shape }: z.ZodObject): string[] =>
  Object.keys(shape).filter((name) => !z.safeParse(shape[name], undefined).success);

/** Whether a setting is marked, before or after it was made optional. */
function isSecret(schema: z.core.$ZodType | undefined): boolean {
  if (schema === undefined) return false;
  if (z.globalRegistry.get(schema)?.secret === true) return true;
  return (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) && isSecret(schema.unwrap());
}
