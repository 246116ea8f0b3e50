import * as z from 'zod';
import { isErrorCode } from '../errors.ts';

/** Whether a value is not one of the README's placeholders, `…` and `<App Key>`. */
const isFilledIn = (value: string) => value !== '…' && !/^(\.{3}|<.*>)$/.test(value);

/** A setting that the platform's console shows. */
export const filledIn = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(isFilledIn, "is still the example's placeholder: replace it with the value from the platform's console");

/** A setting that no command, log line or page shows. */
export const secret = (max: number) => filledIn(max).meta({ secret: true });

/** Settings of every platform's entry in `APPS_FILE`. */
export const platformSettings = z.strictObject({
  app_id: filledIn(128),
  /** Address of a proxy or simulator; the platform's own address if absent. */
  base_url: z.url({ protocol: /^https?$/ }).optional(),
  /** Contract codes by platform code, for codes that are missing or wrong in the adapter's table. They take precedence. */
  error_codes: z.record(z.string(), z.string().refine(isErrorCode, 'is not an error code of the contract')).optional(),
});
export type PlatformSettings = z.infer<typeof platformSettings>;

/** Settings of platforms that authenticate an app by one secret. */
export const appSecretSettings = platformSettings.extend({ app_secret: secret(512) });
export type AppSecretSettings = z.infer<typeof appSecretSettings>;

/** `sealed_phone` of a platform's entry: whether a sealed number counts as verified. */
export const sealedPhone = z.enum(['believed', 'unproven']);

/** Separates the secret settings of a platform's entry from those that may be shown. */
export function splitSecrets({ shape }: z.ZodObject, settings: object): { publicSettings: Record<string, unknown>; secrets: unknown[] } {
  const publicSettings: Record<string, unknown> = {};
  const secrets: unknown[] = [];
  for (const [name, value] of Object.entries(settings)) {
    const schema = shape[name];
    const fields = fieldsOf(schema);
    if (isSecret(schema)) secrets.push(...[value].flat());
    else if (fields && typeof value === 'object' && value !== null) {
      const inner = splitSecrets(fields, value);
      publicSettings[name] = inner.publicSettings;
      secrets.push(...inner.secrets);
    } else publicSettings[name] = value;
  }
  return { publicSettings, secrets };
}

/** The schema of a setting that consists of fields, inside or outside of `optional` and `default`. */
function fieldsOf(schema: z.core.$ZodType | undefined): z.ZodObject | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return fieldsOf(schema.unwrap());
  return schema instanceof z.ZodObject ? schema : undefined;
}

/** The names of the settings that every entry must have. */
export const requiredNames = ({ shape }: z.ZodObject): string[] =>
  Object.keys(shape).filter((name) => !z.safeParse(shape[name], undefined).success);

/** Whether a setting is marked as secret, inside or outside of `optional` and `default`. */
function isSecret(schema: z.core.$ZodType | undefined): boolean {
  if (schema === undefined) return false;
  if (z.globalRegistry.get(schema)?.secret === true) return true;
  return (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) && isSecret(schema.unwrap());
}
