import express from 'express';
import { listen } from './server.ts';

export interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentId: string;
  attributes: Record<string, string | number>;
}

export interface TraceReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  origin: string;
  spans: ReceivedSpan[];
  /** The attributes of the processes that sent them. */
  resources: Record<string, string | number>[];
  /** The raw bytes received so far, as text. */
  text: () => string;
}

/** Acts as an OpenTelemetry collector: receives OTLP over HTTP, in protobuf. Closed after the test. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const received: Buffer[] = [];
  const spans: ReceivedSpan[] = [];
  const resources: TraceReceiver['resources'] = [];
  const app = express();
  app.post('/v1/traces', express.raw({ type: 'application/x-protobuf', limit: '10mb' }), ({ body }, response) => {
    received.push(body);
    for (const resourceSpans of messages(body, 1)) {
      resources.push(...messages(resourceSpans, 1).map((resource) => attributesOf(resource, 1)));
      spans.push(...messages(resourceSpans, 2).flatMap((scopeSpans) => messages(scopeSpans, 2).map(toSpan)));
    }
    response.type('application/x-protobuf').send(Buffer.alloc(0));
  });
  return { origin: await listen(app), spans, resources, text: () => Buffer.concat(received).toString('latin1') };
}

/** The numbers are those of opentelemetry-proto, trace.proto and common.proto. */
function toSpan(span: Buffer): ReceivedSpan {
  const id = (field: number) => messages(span, field)[0]?.toString('hex') ?? '';
  return { traceId: id(1), spanId: id(2), parentId: id(4), name: String(messages(span, 5)[0]), attributes: attributesOf(span, 9) };
}

function attributesOf(message: Buffer, field: number): Record<string, string | number> {
  const entries = messages(message, field).map((pair) => {
    const value = messages(pair, 2)[0] ?? Buffer.alloc(0);
    return [String(messages(pair, 1)[0]), messages(value, 1)[0]?.toString() ?? numbers(value, 3)[0] ?? ''] as const;
  });
  return Object.fromEntries(entries);
}

const messages = (message: Buffer, field: number) => fieldsOf(message, field).filter((value) => typeof value !== 'number');
const numbers = (message: Buffer, field: number) => fieldsOf(message, field).filter((value) => typeof value === 'number');

/** The values of one field of a protobuf message: https://protobuf.dev/programming-guides/encoding/ */
function fieldsOf(message: Buffer, field: number): (Buffer | number)[] {
  const values: (Buffer | number)[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    const value = wireType === 0 ? varint() : bytes(wireType === 1 ? 8 : wireType === 5 ? 4 : varint());
    if (tag >>> 3 === field) values.push(value);
  }
  return values;
}
