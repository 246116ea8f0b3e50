/** The page of `GET /sandbox`: how to act as a person on the simulated platforms. */
export const welcome = (platforms: readonly string[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sandbox</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem } code { background: #eee; padding: 0 .25em }</style>
<h1>Sandbox</h1>
<p>It simulates ${platforms.join(', ')}. The app is <code>X-Hydrogen-Client-ID: sandbox</code>. Anyone can log in as anyone here.
The <a href="playground/">playground</a> has a phone of each platform to try it with.
<a href="docs/recipes#the-server-with-its-sandbox">Recipes</a> show all of it at work.</p>
<h2>Act as a person</h2>
<p>The same name is always the same person; <code>larry</code>, <code>mei</code> and <code>ada</code> have full profiles.</p>
<ul>
<li><code>POST /sandbox/{platform}/login {"person": "larry"}</code> – returns a login code, as the host's <code>login()</code> does; with <code>"used": true</code> one that was exchanged before. The developer tools' mock code, <code>the code is a mock one</code>, logs in the person <code>developer</code></li>
<li><code>POST /sandbox/{platform}/profile {"person": "larry"}</code> – returns the result of <code>getUserInfo</code>, sealed like the platform's</li>
<li><code>POST /sandbox/{platform}/phone {"person": "larry"}</code> – returns the result of the phone button (WeChat, Kuaishou, Alipay, ByteDance, Xiaohongshu)</li>
<li><code>PUT /sandbox/person {"person": "larry", "nickname": "Lars"}</code> – changes the person on every platform; with <code>"declines": true</code> the person declines to share profile and phone, with <code>"anonymous": true</code> hosts return a placeholder profile, as WeChat does for everyone since 2022</li>
<li>WeChat, QQ and Kuaishou block people whose names begin with <code>blocked</code>: no code of theirs is exchanged</li>
<li><code>PUT /sandbox/ban {"user": 61736923, "banned": true}</code> – bans a user of the sandbox's app, as an operator does by <code>npm run admin -- ban-user</code>; <code>false</code> ends the ban</li>
<li><code>POST /sandbox/{platform}/push {"person": "larry", "event": "revoke", "data": "profile"}</code> – pushes to this server that the person withdrew the profile, nickname, avatar or phone number, or (<code>"event": "cancel"</code>, WeChat) closed the account at the platform (WeChat, Kuaishou, ByteDance)</li>
<li><code>POST /sandbox/bytedance/login {"person": "larry", "host_app": "toutiao"}</code> – as on another host app, where the person has another openid; with <code>"signed_out": true</code> it returns an <code>anonymousCode</code> only</li>
<li><code>POST /sandbox/wechat/ticket {}</code> – pushes a ticket of WeChat's third-party platform <code>sandbox-component</code>, for apps with <code>component</code> instead of a secret</li>
<li><code>POST /sandbox/wechat/push {"person": "larry", "event": "picture", "verdict": "risky"}</code> – pushes the verdict on the person's latest picture: <code>pass</code>, <code>review</code>, <code>risky</code> or <code>failed</code>. A nickname with <code>违规</code> in it is refused at once</li>
<li><code>PUT /sandbox/alipay/ids {"ids": ["user_id"]}</code> – sets which of <code>open_id</code>, <code>user_id</code> and <code>union_id</code> Alipay reports from then on, as when it switches an app to <code>open_id</code></li>
<li><a href="sandbox/scan">Scan to log in</a> – plays both sides of a scan login: a web page, and the phone that scans its code</li>
<li>The people <code>rascal</code> and <code>rogue</code> have WeChat's risk ranks 4 and 3, everyone else 0 (<code>risk</code> in <code>APPS_FILE</code>)</li>
<li>Numbers like <code>17000001234</code> and names that begin with <code>suspicious</code> must answer a challenge (<code>X-Challenge-Response: 4</code>); <code>17100001234</code> and <code>hopeless…</code> are denied</li>
<li><code>GET /sandbox/oauth-wechat-web/connect/qrconnect</code>, <code>GET /sandbox/oauth-wechat-mp/connect/oauth2/authorize</code> – WeChat's pages of a web login, to which <code>createWebLogin</code> leads; <code>person=larry</code> in the address agrees at once, <code>deny=1</code> declines, and <code>preview=1</code> is WeChat's preview mode</li>
<li><code>GET /sandbox/sms/{phone}</code>, <code>GET /sandbox/mail/{address}</code> – returns the latest message</li>
<li><code>GET /sandbox/exchanges?request_id=…</code> – returns this server's calls to the simulated platforms for a request, which answers with its <code>X-Request-Id</code></li>
</ul>
<h2>Simulate faults</h2>
<ul>
<li><code>"fault": {"kind": "busy", "times": 1}</code> in a login – the fault occurs when its code is exchanged</li>
<li><code>PUT /sandbox/{platform}/fault {"kind": "hang"}</code> – sets a fault of the whole platform, until <code>{"kind": "none"}</code></li>
<li><code>"tamper": "stale_key"</code> in a profile or phone request – returns data that the server must refuse</li>
<li><code>PUT /sandbox/{platform}/rotation {"rotate": false}</code> – logins no longer renew the session key</li>
</ul>
`;
