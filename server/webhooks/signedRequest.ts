/** A request with the headers of Standard Webhooks. @param signature of the id, the time and the body */
export const signedRequest = (id: string, at: Date, body: string, signature: string) => ({
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature,
  },
  body,
});
