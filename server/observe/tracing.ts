/** Imported only if tracing is configured, because it takes time and memory to load. */
import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { operationTable } from '../../generated/operations.ts';
import { outsideRequests } from './currentRequest.ts';
import type { Tracing, WaitKind } from './trace.ts';
import type { TracingSettings } from './tracingSettings.ts';

const kinds: Record<WaitKind, SpanKind> = { store: SpanKind.CLIENT, upstream: SpanKind.CLIENT, hash: SpanKind.INTERNAL };

/** Continues traces of clients that send `traceparent`. */
const propagator = new W3CTraceContextPropagator();

/**
 * Starts sending traces. They contain the log's fields and the SQL of queries without values; no headers, bodies or query strings.
 *
 * @param log warned if they cannot be sent
 */
export function startTracing({ sampler, samplerArgument }: TracingSettings, log: Logger): Tracing {
  const warnOfFault = (error: unknown) => outsideRequests(() => log.warn(error, 'trace export failed'));
  setGlobalErrorHandler(warnOfFault);
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'miniprogram-login' }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(sampler, samplerArgument),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('miniprogram-login');

  return {
    begin({ method, headers }, id) {
      const sender = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const attributes = { 'http.request.method': method, 'login.request_id': id };
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, startTime: performance.now(), attributes }, sender);
      if (!span.isRecording()) return undefined;
      const within = trace.setSpan(sender, span);
      return {
        addWait(kind, name, milliseconds, attributes = {}) {
          const end = performance.now();
          tracer.startSpan(`${kind} ${name}`, { kind: kinds[kind], startTime: end - milliseconds, attributes }, within).end(end);
        },
        end({ status, operation, app, error }) {
          span.setAttribute('http.response.status_code', status);
          if (operation) {
            const { path } = operationTable[operation];
            span.updateName(`${method} ${path}`).setAttributes({ 'http.route': path, 'login.operation': operation });
          }
          if (app) span.setAttribute('login.app', app);
          if (error) span.setAttribute('error.type', error);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end(performance.now());
        },
      };
    },
    stop: () => provider.shutdown().catch(warnOfFault),
  };
}

/** Creates a sampler by its OpenTelemetry name: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
function samplerOf(name: string, ratio: number): Sampler {
  const [, root = ''] = /^(?:parentbased_)?(.+)$/.exec(name) ?? [];
  const own =
    root === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : root === 'always_off' ? new AlwaysOffSampler() : new AlwaysOnSampler();
  return name === root ? own : new ParentBasedSampler({ root: own });
}
