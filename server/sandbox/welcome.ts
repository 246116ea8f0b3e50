/** The page of `GET /sandbox`: how to act as a person on the simulated platforms. */
export const welcome = (platforms: readonly string[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sandbox</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem } code { background: #eee; padding: 0 .25em }</style>
<h1>Sandbox</h1>
<p>It simulates ${platforms.join(', ')}. The app is <code>X-Hydrogen-Client-ID: sandbox</code>. Anyone can log in as anyone here.
<a href="docs/recipes#the-server-with-its-sandbox">Recipes</a> show all of it at work.</p>
<h2>Be a person</h2>
<p>The same name is always the same person; <code>larry</code>, <code>mei</code> and <code>ada</code> have full profiles.</p>
<ul>
<li><code>POST /sandbox/{platform}/login {"person": "larry"}</code> – the login code that the host gives. The developer tools' own, <code>the code is a mock one</code>, is the person <code>developer</code>'s</li>
<li><code>POST /sandbox/{platform}/profile {"person": "larry"}</code> – what <code>getUserInfo</code> gives, sealed as the platform seals it</li>
<li><code>POST /sandbox/{platform}/phone {"person": "larry"}</code> – what the phone button gives (WeChat, Kuaishou)</li>
<li><code>PUT /sandbox/person {"person": "larry", "nickname": "Lars"}</code> – changes the person on every platform; <code>"declines": true</code> refuses profile and phone from then on, <code>"anonymous": true</code> makes hosts give their placeholder, as WeChat does of everybody since 2022</li>
<li><code>GET /sandbox/sms/{phone}</code>, <code>GET /sandbox/mail/{address}</code> – the last message sent there</li>
</ul>
<h2>Let something go wrong</h2>
<ul>
<li><code>"fault": {"kind": "busy", "times": 1}</code> in a login – happens when its code is exchanged</li>
<li><code>PUT /sandbox/{platform}/fault {"kind": "hang"}</code> – the whole platform, until <code>{"kind": "none"}</code></li>
<li><code>"tamper": "stale_key"</code> in a profile or phone – data that must not be believed</li>
<li><code>PUT /sandbox/{platform}/rotation {"rotate": false}</code> – a login keeps the session key</li>
</ul>
`;
