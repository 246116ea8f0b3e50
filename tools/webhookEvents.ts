/** Writes the types of the contract's webhooks, and which of them an endpoint gets that lists none. */
export interface EventsContract {
  webhooks: Record<string, { post: { 'x-on-request'?: boolean } }>;
}

/** @returns the text of a module, without the header of generated files */
export function eventTable({ webhooks }: EventsContract): string {
  const events = Object.entries(webhooks).map(([type, { post }]) => `  '${type}': { onRequest: ${post['x-on-request'] === true} },`);
  return `import type { webhooks } from './types.ts';

/** Every event of the contract; one on request is sent only to endpoints that list it. */
export const webhookEvents = {
${events.join('\n')}
} as const satisfies Record<keyof webhooks, { onRequest: boolean }>;

export type EventType = keyof webhooks;

/** The body of each event. */
export type EventBodies = { [Type in EventType]: webhooks[Type]['post']['requestBody']['content']['application/json'] };
`;
}
