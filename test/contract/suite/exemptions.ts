export interface Exemption {
  /** The reason why no case tests these sentences. */
  reason: string;
  /** The sentences, word for word, or a pattern of several. */
  of: readonly (string | RegExp)[];
  /** The places that it applies to; all if absent. */
  places?: RegExp;
}

/** Sentences that need no separate case, or that no client can test over HTTP. */
export const exemptions: readonly Exemption[] = [
  {
    reason: 'says when to call an operation, or what a client does; what the server does is in the next sentences',
    of: [
      /^Use it /,
      /^A \*\*platform login\*\* starts from the code/,
      /^Published clients call it at start/,
      /^New clients use /,
      /^The older version, /,
      /^Extensible: /,
      /^Response fields and `code` values may be added at any time/,
      /^Clients send `data` and `iv` if the host gives them/,
      '`data` and `iv` are for hosts that give a sealed profile.',
      '`data` is the sealed profile under the name that `swan.getUserInfo` gives it; a button may call it `encryptedData`.',
      "Send it when the host's session key may have changed since the last login.",
      'Use `updateAccount` for the names that a user logs in with.',
      'Never an identifier.',
      "The app's configuration must list it.",
      'Paths under `/hserve/` keep their historical version segments and trailing slashes because deployed apps call them.',
    ],
  },
  {
    reason: 'names a thing; the rule is in its schema, against which every answer is validated',
    of: [
      'The password to set.',
      'The stable name of an error, for programs.',
      'One field of the request that does not fit the contract.',
      'Always `error`.',
      'Always `ok`.',
      'A new account with an e-mail address and a password.',
      'An e-mail address and its password.',
      'Display name.',
      /^The (result|sealed data) of (WeChat's|the host's) phone button, to become/,
      'The profile that the person granted, and a code that is older than it.',
      'The profile as the client sends it.',
      '| operator | matches a field that |',
      'Bodies are JSON, except for pictures, which are forms.',
    ],
  },
  {
    reason: 'warns that a client can write anything, which no answer shows',
    of: [
      /so (anyone|they are|the profile is) .*for display only\.$/,
      /is for display only, because/,
      /^Anyone can write anything/,
      /^Baidu signs nothing; only/,
    ],
  },
  {
    reason: 'the examples, the limits and the malformed requests test it error by error: see errors.ts, limits.ts and malformed.ts',
    of: [/^/],
    places: /^responses\//,
  },
  {
    reason: 'the malformed requests and the rules of every answer test it for each operation: see malformed.ts, limits.ts and answers.ts',
    of: [
      'Missing or unknown is a 401 `client_unknown`.',
      '`X-Hydrogen-Client-ID` names the app.',
      /^Three more headers are informative/,
      /^Every error has the shape of the schema `ApiError`/,
      /^`code` is stable and for programs/,
      '`ErrorCode` lists all codes with their meaning and remedy.',
      '`x-error-codes` lists all of them with their status and meaning.',
      /^Where the field is, e\.g\. /,
      'For a rejected request, one entry for each field that does not fit.',
    ],
  },
  {
    reason: "is decided by a hook of the app's configuration: test/server/hooks/hooks.test.ts tries it",
    of: [
      'The answer to the `challenge` of a 403 `challenge_required`, such as the token of a captcha.',
      "The app's own server checks it (`hooks`); it is ignored if the app has none.",
      "Only with `challenge_required`: what the person must solve, in the words of the app's own server.",
      'The answer goes into `X-Challenge-Response` of the same request.',
    ],
  },
  {
    reason: "is the app's configuration, or needs a page in another network or browser: test/server/handlers/scanLogins.test.ts tries it",
    of: [
      /^If the platform cannot draw the picture, `picture` is null/,
      'An app without `scan_login` answers 405 `login_method_disabled`.',
      /^If `needs_check_code` was true, the page is in another network/,
      'Without them it is a 403 `check_code_needed`.',
      /^An app whose `scan_login_networks` is `same` refuses/,
      'Null if the app has none (`scan_login.picture`), or if the platform could not draw it.',
      "An address to show as a QR code, the app's `scan_login.link` with the ticket in its query as `scene`.",
      'Null if the app has none.',
      'Everything but the network is what the page said of itself.',
      "The name of the page's app in the server's settings.",
      "Null unless the browser named one that is in the app's `cors_origins`.",
      "The browser's name.",
      "The operating system's name.",
      'The ticket of a scanned code, with the digits below it if they are needed.',
    ],
  },
  {
    reason: 'is about the use of a token at other services',
    of: [
      /^An access token is valid until it expires, even if the session ends earlier/,
      'Send it as `Authorization` with the scheme `Bearer`.',
      /^`npm run admin -- create-key` creates one/,
    ],
  },
  {
    reason: 'the malformed requests and the examples test it: see malformed.ts and errors.ts',
    of: [
      /^A missing, unknown or revoked key is a 401 `server_key_invalid`/,
      /^An error of the operations that OAuth defines/,
      /^OAuth's name for the error/,
      "The standard's name for a token that gives access.",
      'Always `no-cache`, for caches of HTTP/1.0 (RFC 6749, section 5.1).',
      'The ways to send a server key (RFC 9110, section 11.6.1).',
    ],
  },
  {
    reason: "it is about events at the app's own receivers, which test/server/webhooks tries",
    of: [/^/],
    places: /^send(User|Phone|Email|Session|Webhook)[A-Z]|^schemas\/(\w+Event|EventTime|EventPlatform|ChangedField)\b|^parameters\/Webhook/,
  },
  {
    reason: 'it takes days, or a thousand deliveries',
    of: [
      'A delivery is shown for seven days after the endpoint received it, and for thirty after it was given up.',
      'Deliveries that are still pending are left alone.',
      'One request replays at most a thousand.',
    ],
  },
  {
    reason: 'names statuses, and the examples test each of them: see successes.ts and errors.ts',
    of: [
      /^The success statuses under `\/hserve\/` are historical, too:/,
      /^Too many SMS codes for a number are a 400 `sms_rate_limited`/,
      'A missing session is a 401, but a 403 for `updatePhoneKuaishou`.',
      /^Success is a 20[01](, though| here but) /,
    ],
  },
  {
    reason: 'it takes an Alipay that reports other ids, or fails, or an app without its key: see test/server/platforms/alipay.test.ts',
    of: [
      'If they belong to different users it is a 409 `identity_conflict`, and nothing is changed.',
      'Ids of different users are a 409 `identity_conflict`, as in `silentLoginAlipay`.',
      /^If Alipay returns no profile, because/,
      /^So is a number that was used before and has moved to another user since,/,
      'In an app without an AES key (`aes_key`) it is a 405 `login_method_disabled`.',
      "Alipay's runtime sends it as a POST with `X-Hydrogen-Request-Method: PUT`.",
      "`user_id` is the user's id here.",
    ],
  },
  {
    reason: "it takes a platform's push, or a platform that fails for everyone",
    of: [/^(A picture|It) is checked after the answer/, /^If the check cannot be (made|requested)/],
  },
  {
    reason: 'it takes several host apps or a device: see test/server/platforms/bytedance.test.ts',
    of: [
      /^ByteDance's host apps, such as Douyin and Toutiao, give a person different openids/,
      /^The server keeps one identity for each host app/,
      'Each host app counts as a separate platform.',
      /gives? (a signed-out person|signed-in people)/,
      /^Sent as `anonymous_code` without a `code`, it opens a session/,
      /^Once that user has registered, the device no longer logs in/,
      'The sealed profile names no person, so that the code alone decides who logs in.',
    ],
  },
  {
    reason: 'it takes several host apps or a device: see test/server/platforms/bytedance.test.ts',
    of: [/^/],
    places: /^schemas\/(AppName|AnonymousCode)$/,
  },
  {
    reason: "it is the app's configuration, which a client cannot change",
    of: [
      /^An app without a `private_key` cannot read phone codes/,
      /^An app that does not enable this method answers 405/,
      /^(An|The) app can have WeChat check /,
      /^An app that has neither `sms` nor `phone`/,
      /^An app may allow it to everyone/,
      /^A number of a country that is not among the app's `sms_countries`/,
      /^The app must allow it/,
      /An app can trust sealed numbers|an app that does not trust sealed numbers|unless the app trusts sealed numbers/i,
      /^Data that can be decrypted is no proof of who sealed it/,
      '| `$all` | is an array with all of the values |',
      '| `$has_key` | is an object with the key |',
      '| `$isnull` | holds null or was never set (`true`), or not (`false`) |',
      '| `$exists` | was set, even to null (`true`), or never (`false`) |',
      /^Values are compared with values of the same type only/,
      /^A field that holds an array matches if one of its items does/,
    ],
  },
  {
    reason: "it is the server's configuration, which a client cannot change",
    of: [/^A server whose (SMS|mail) sender is not set up/],
  },
  {
    reason: 'it takes time: a session that is an hour old, or two messages a minute apart',
    of: [/`login_not_fresh`/, /needs? (no|a) recent session/, 'It invalidates earlier links.'],
  },
  {
    reason: 'it needs two codes to one number, a minute apart',
    of: ["If it is the other user's only way to log in, it is a 409 `phone_sole_login` and nothing is changed."],
    places: /^verifyPhone$/,
  },
  {
    reason: 'a server is tested with RATE_LIMIT=off, because the suite sends thousands of requests',
    of: [
      /are limited by address, account, platform identity and user/,
      /^Answers of these operations carry `RateLimit-Policy`/,
      'A request over a limit is answered 429 `rate_limited` with `Retry-After`.',
      'A correct password or SMS code does not count.',
      /^Too many (attempts|requests) .*are a 429 `rate_limited`\.$/,
      'Ten such failures of one identity in a quarter of an hour are a 429.',
      'A wrong guess counts as a wrong password of that account.',
      /^The rest of the operation's limits/,
      'Absent if nothing was counted.',
      /^The limits that `RateLimit` refers to/,
      /^The operation's limits, as in `RateLimit` of other answers/,
      'Absent if the platform refuses.',
      'Seconds to wait before the next attempt, if a limit is the reason.',
    ],
  },
  {
    reason: 'it is about what the server stores, which no answer shows',
    of: ['Kept only as an argon2id hash.', /it is shown only once and the server keeps only its hash\.$/],
  },
  {
    reason: 'in the sandbox a person has one openid, and no one else has that unionid',
    of: [/is a 409 `unionid_conflict`\.$/],
  },
  { reason: "like JD itself, the sandbox's JD returns no session key", of: [/^Where JD gives the server a session key/] },
  {
    reason: 'it needs an app with a hundred thousand users, or is about the speed of an answer',
    of: [/`query_too_expensive`/, /is read from an index\.$/, /use an index; other conditions scan the users one by one\.$/],
  },
  {
    reason: 'closing takes the days of grace: see test/server/accounts/closing.test.ts and test/server/handlers/myAccount.test.ts',
    of: [
      'With a grace period of 0 days it is closed at once.',
      'A user with a verified e-mail address gets a mail.',
      'Closing permanently deletes the record, identities, names, sessions and pending messages.',
      'Numbers, addresses and platform accounts can be used for a new account.',
      'The id is never reused; the audit trail keeps events and times, without addresses.',
    ],
    places: /^requestClosure$/,
  },
  {
    reason: 'it needs a hundred sessions, apps that share their users, or an answer of many megabytes',
    of: [
      'A user has at most a hundred, so the list is complete.',
      'A user may have an identity in each of several apps that share their users.',
      'The answer may be large and arrives in pieces.',
    ],
  },
  {
    reason: 'only an operator can, by a command: see test/server/admin/undoMerge.test.ts',
    of: ['For seven days an operator can undo it.'],
  },
  {
    reason: 'names a kind or a row of an export, all of which the case of exportMe reads',
    of: [
      'The operation succeeded, and ended sessions.',
      'An account that will be closed, or was closed.',
      'A stored row, by column name.',
      'Address and number that were entered and not verified.',
      'Open sessions.',
      'Mailed links that have not expired.',
    ],
  },
  {
    reason: 'only an operator imports users, by a command: see test/server/handlers/legacyIds.test.ts',
    of: [
      /^Systems may have given the same id to different users/,
      'The earlier id of an account that was merged finds the user who took it in.',
      "The user's id in the system that it was imported from.",
      /^The system that a user was imported from: /,
      '`active`, `banned`, or `closing` until the account is closed.',
    ],
  },
  { reason: 'the operation has no way to change anything', of: ['It changes nothing.'], places: /^(getServerTime|getLatestSdkVersion)$/ },
];
