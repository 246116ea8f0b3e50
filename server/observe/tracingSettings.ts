import * as z from 'zod';

/** Whether OpenTelemetry's variables ask for traces. */
export const wantsTracing = (env: NodeJS.ProcessEnv): boolean =>
  env.OTEL_SDK_DISABLED?.toLowerCase() !== 'true' &&
  env.OTEL_TRACES_EXPORTER !== 'none' &&
  [env.OTEL_TRACES_EXPORTER, env.OTEL_EXPORTER_OTLP_ENDPOINT, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some((value) => value !== undefined);

const address = z.url({ protocol: /^https?$/, error: 'must be http://… or https://…' }).optional();
const protocol = z.literal('http/protobuf', { error: "must be http/protobuf; use the collector's port for it, usually 4318" }).optional();

/** Destination and sampling of traces; the exporter reads the rest of `OTEL_EXPORTER_OTLP_…` from the environment. */
export const tracingEnvironment = z
  .object({
    OTEL_TRACES_EXPORTER: z.literal('otlp', { error: 'must be otlp or none' }).optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: address,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
    OTEL_TRACES_SAMPLER: z
      .enum(['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'])
      .default('parentbased_always_on'),
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  })
  .transform((env): TracingSettings => ({ sampler: env.OTEL_TRACES_SAMPLER, samplerArgument: env.OTEL_TRACES_SAMPLER_ARG }));

export interface TracingSettings {
  /** OpenTelemetry's name of the sampler. */
  sampler: string;
  /** The sampled share of traces, from 0 to 1, for samplers by ratio. */
  samplerArgument: number;
}
