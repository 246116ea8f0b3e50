// tools/docs/forReading.ts
var texts = {
  en: {
    thisServer: "This server",
    olderPaths: "Older paths",
    errorCodes: "Error codes",
    recipes: "Recipes: every possible answer",
    trying: `## Try it
**Test Request** next to an operation calls this server as its sandbox's app. What an example has from a platform (a login code, sealed data) is
replaced by fresh ones of the sandbox's Larry when the request is sent, and the token of the last login is filled in.`
  },
  "zh-CN": {
    thisServer: "本服务器",
    olderPaths: "旧路径",
    errorCodes: "错误码",
    recipes: "示例手册：所有可能的响应",
    trying: `## 试一试
点击接口旁的**测试请求**，即以沙箱应用的身份调用本服务器。发送请求时，示例中来自平台的内容（登录 code、加密数据）会换成沙箱为 Larry 新签发的，最近一次登录的
token 会自动填入。`
  }
};
var sampleServer = "http://127.0.0.1:3000";
function forReading(contract2, language2, { root: root2, hasSandbox: hasSandbox2 }) {
  const { thisServer, olderPaths, errorCodes, recipes, trying } = texts[language2];
  const changed = structuredClone(contract2);
  changed.servers = [{ url: root2, description: thisServer }];
  changed.tags.push({ name: olderPaths });
  const codes = Object.entries(changed.components.schemas.ErrorCode["x-error-codes"]).map(
    ([code, { status, meaning, remedy = "" }]) => `### ${code}
**${status}** ${meaning} ${remedy}`
  );
  changed.info.description = [changed.info.description, ...hasSandbox2 ? [trying] : [], `## ${errorCodes}`, ...codes].join("\n\n");
  const page = `${root2}/docs/recipes${language2 === "en" ? "" : `.${language2}`}`;
  for (const operation of Object.values(changed.paths).flatMap((item) => Object.values(item))) {
    if (operation.operationId === void 0) continue;
    if (operation.deprecated) operation.tags = [olderPaths];
    else operation.externalDocs = { description: recipes, url: `${page}#${operation.operationId.toLowerCase()}` };
    for (const sample of operation["x-codeSamples"] ?? []) sample.source = sample.source.replaceAll(sampleServer, root2);
  }
  return changed;
}

// tools/docs/sandboxFetch.ts
var fromTap = ["phone_code", "encryptedData", "data", "rawData", "iv", "response"];
var fromLogin = ["code", "anonymous_code"];
function sandboxFetch(root2, examples, loggedIn) {
  const issued = valuesOf(examples, [...fromLogin, ...fromTap]);
  const ask = async (platform, action) => {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${root2}/sandbox/${platform}/${action}`, { method: "POST", headers, body: '{"person":"larry"}' });
    return fieldsOf(await response.text()) ?? {};
  };
  const fresh = async (path, fields) => {
    const [, platform] = /\/idp\/(\w+)\//.exec(path) ?? [];
    if (platform === void 0) return {};
    const isExample = (name) => issued.has(fields[name]);
    const login = fromLogin.some(isExample) ? await ask(platform, "login") : {};
    const tap = fromTap.some(isExample) ? await ask(platform, path.includes("phone") ? "phone" : "profile") : {};
    const all = { ...tap, phone_code: tap.code, code: login.code, anonymous_code: login.anonymousCode };
    return Object.fromEntries(Object.entries(all).filter(([name, value]) => name in fields && value !== void 0));
  };
  return async (input, init) => {
    let request = new Request(input, init);
    const fields = fieldsOf(await request.clone().text());
    if (fields) {
      const body = JSON.stringify({ ...fields, ...await fresh(new URL(request.url).pathname, fields) });
      request = new Request(request, { body });
    }
    const response = await fetch(request);
    const { token } = fieldsOf(await response.clone().text()) ?? {};
    if (typeof token === "string") loggedIn(token);
    return response;
  };
}
function valuesOf(json, names) {
  const values = /* @__PURE__ */ new Set();
  JSON.stringify(json, (name, value) => {
    if (names.includes(name) && typeof value === "string") values.add(value);
    return value;
  });
  return values;
}
function fieldsOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : void 0;
  } catch {
    return void 0;
  }
}

// tools/docs/start.ts
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
var { lang: language, dataset } = document.documentElement;
var root = new URL(dataset.root, location.href).href.replace(/\/$/, "");
var hasSandbox = dataset.sandbox !== void 0;
var read = async () => {
  const response = await fetch(`${root}/openapi${language === "en" ? "" : `.${language}`}.json`);
  return response.json();
};
var scalar = "./scalar.js";
var [contract] = await Promise.all([read(), import(scalar)]);
var configuration = {
  content: forReading(contract, language, { root, hasSandbox }),
  localization: { locale: language },
  modelsSectionLabel: language === "en" ? "Schemas" : "数据结构",
  showOperationId: true,
  // The contract has its own samples, of what the project offers.
  hiddenClients: true,
  // Nothing of other servers, and nothing to buy.
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
  documentDownloadType: "none",
  ...hasSandbox && { customFetch: sandboxFetch(root, contract.components.examples, logIn) }
};
var inSandbox = (session) => ({
  ...configuration,
  authentication: { securitySchemes: { ClientId: { value: "sandbox" }, ...session } }
});
var reference = Scalar.createApiReference("#reference", hasSandbox ? inSandbox() : configuration);
function logIn(token) {
  reference.updateConfiguration(inSandbox({ Session: { value: `Hydrogen-r1 ${token}` } }));
}
