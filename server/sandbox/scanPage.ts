/** The page of `GET /sandbox/scan`: both sides of a scan login, a web page and the mini-program on a phone. */
export const scanPage = (clientId: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Scan to log in</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
main { display: flex; flex-wrap: wrap; gap: 2rem } section { flex: 1 1 20rem; border: 1px solid #ccc; border-radius: .5rem; padding: 1rem }
img { width: 14rem; height: 14rem } output { display: block; white-space: pre-wrap } strong { font-size: 1.5em }
</style>
<h1>Scan to log in</h1>
<main>
<section aria-label="The web page"><h2>The web page</h2>
<button id="show">Show a code</button>
<p><img id="picture" alt="" hidden></p><p>Below the code: <strong id="digits"></strong></p>
<output id="page"></output></section>
<section aria-label="The phone"><h2>The phone</h2>
<p><label>Person <input id="person" value="larry"></label> <button id="scan" disabled>Scan the code</button></p>
<output id="asked"></output>
<p><label>Digits, if the page is on another network <input id="typed" size="2" maxlength="2"></label></p>
<button id="confirm" disabled>Confirm</button> <button id="refuse" disabled>Refuse</button>
<output id="phone"></output></section>
</main>
<script type="module">
const at = (id) => document.getElementById(id);
const say = (id, value) => { at(id).textContent = typeof value === 'string' ? value : JSON.stringify(value, null, 1); };
let login, token;
async function post(path, body, session) {
  const headers = { 'Content-Type': 'application/json', 'X-Hydrogen-Client-ID': '${clientId}', ...(session && { Authorization: 'Hydrogen-r1 ' + session }) };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}
const enable = (ids, on) => ids.forEach((id) => { at(id).disabled = !on; });
at('show').onclick = async () => {
  const shown = await post('../v1/scan-logins', {});
  if (shown.status !== 201) return say('page', shown.body);
  login = shown.body;
  at('picture').hidden = login.picture === null;
  at('picture').src = login.picture ?? '';
  say('digits', login.check_code);
  say('page', 'waiting');
  enable(['scan'], true);
  await follow(login);
};
async function follow(mine) {
  while (mine === login) {
    await new Promise((resume) => setTimeout(resume, mine.poll_seconds * 1000));
    const { status, body } = await post('../v1/scan-logins/poll', { poll_token: mine.poll_token });
    if (mine !== login) return;
    if (status !== 200) return say('page', body);
    say('page', body.session ? 'logged in as user ' + body.session.user_id : body.status);
    if (!['waiting', 'scanned'].includes(body.status)) return;
  }
}
at('scan').onclick = async () => {
  const { code } = (await post('wechat/login', { person: at('person').value })).body;
  token = (await post('../hserve/v2.5/idp/wechat/silent-login/', { code })).body.token;
  const { status, body } = await post('../v1/scan-logins/open', { ticket: login.ticket }, token);
  say('asked', body);
  say('phone', '');
  enable(['confirm', 'refuse'], status === 200);
};
const decide = (path) => async () => {
  const typed = path === 'confirm' && at('typed').value !== '' ? { check_code: at('typed').value } : {};
  const { status, body } = await post('../v1/scan-logins/' + path, { ticket: login.ticket, ...typed }, token);
  say('phone', status === 200 ? 'done' : body);
  enable(['confirm', 'refuse'], status !== 200);
};
at('confirm').onclick = decide('confirm');
at('refuse').onclick = decide('refuse');
</script>
`;
