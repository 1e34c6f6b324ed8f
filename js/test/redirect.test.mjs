import test from "node:test";
import assert from "node:assert/strict";
import { leaf } from "./tools.mjs";

const { target } = await leaf("auth/redirect");
const at = (href) => new URL(href);
const go = (to, here, opts = {}) => target(to, { reason: "expired" }, opts, at(here));
const home = "https://app.example/chat";
const ret = (value) => "returnTo=" + encodeURIComponent(value);

/** [redirect, current page, where it leads (undefined: nowhere), options] */
const rows = {
  "path": ["/login", home, "https://app.example/login?" + ret("/chat")],
  "relative path": ["login", "https://app.example/a/b", "https://app.example/a/login?" + ret("/a/b")],
  "query only": ["?login", home, "https://app.example/chat?login&" + ret("/chat")],
  "absolute, same origin": ["https://app.example/login", home, "https://app.example/login?" + ret("/chat")],
  "a URL object": [new URL("https://app.example/login"), home, "https://app.example/login?" + ret("/chat")],
  "query of the target stays": ["/login?a=b%20c", home, "https://app.example/login?a=b%20c&" + ret("/chat")],
  "fragment of the target stays": ["/login#top", home, "https://app.example/login?" + ret("/chat") + "#top"],
  "query and fragment of the page": ["/login", home + "?room=1&x=%26#m5", "https://app.example/login?" + ret("/chat?room=1&x=%26#m5")],
  "beyond ASCII": ["/login", "https://app.example/é?ü=€", "https://app.example/login?" + ret("/%C3%A9?%C3%BC=%E2%82%AC")],
  "credentials of the page are not carried": ["/login", "https://u:p@app.example/chat", "https://u:p@app.example/login?" + ret("/chat")],
  "another name": ["/login", home, "https://app.example/login?next%20page=%2Fchat", { returnTo: "next page" }],
  "left out": ["/login", home, "https://app.example/login", { returnTo: false }],
  "the user's own stays": ["/login?returnTo=/elsewhere", home, "https://app.example/login?returnTo=/elsewhere"],
  "does not nest": ["/login", home + "?returnTo=%2Fold&a=1", "https://app.example/login?" + ret("/chat?a=1")],
  "does not carry a crafted one": ["/login", home + "?returnTo=https://evil.example", "https://app.example/login?" + ret("/chat")],
  "function": [(e) => "/" + e.reason, home, "https://app.example/expired?" + ret("/chat")],
  "function that says nothing": [() => undefined, home, undefined],
  "function that says null": [() => null, home, undefined],
  "empty": ["", home, undefined],
  "unset": [undefined, home, undefined],
  "allowed origin": ["https://id.example/login", home, "https://id.example/login?" + ret(home), { redirectOrigins: ["https://id.example"] }],
  "allowed origin, default port written out": ["https://id.example:443/", home, "https://id.example/?" + ret(home), { redirectOrigins: ["https://id.example"] }],
  "protocol-relative to an allowed origin": ["//id.example/x", home, "https://id.example/x?" + ret(home), { redirectOrigins: ["https://id.example"] }],
  // loop guard
  "this page": ["/login", "https://app.example/login", undefined],
  "this page with our own query": ["/login", "https://app.example/login?returnTo=%2Fchat", undefined],
  "this page with whatever else": ["/login", "https://app.example/login?x=1#y", undefined],
  "this page, slash at the end": ["/login/", "https://app.example/login", undefined],
  "the root": ["/", "https://app.example/", undefined],
  "this page, target with a query that is here": ["/?page=login", "https://app.example/?page=login&returnTo=%2F", undefined],
  "this page, its own returnTo": ["/login?returnTo=/a", "https://app.example/login?returnTo=/b", undefined],
  "this page on an allowed origin is another page": ["https://id.example/chat", home, "https://id.example/chat?" + ret(home), { redirectOrigins: ["https://id.example"] }],
  "another page of an app with one path": ["/?page=login", "https://app.example/?page=chat", "https://app.example/?page=login&" + ret("/?page=chat")],
  "another route of an app with one path": ["/#/login", "https://app.example/#/chat", "https://app.example/?" + ret("/#/chat") + "#/login"],
  "this route": ["/#/login", "https://app.example/?returnTo=x#/login", undefined],
  "this route with parameters": ["/#/login", "https://app.example/#/login/?a=b", undefined],
  // a page's path that begins with two slashes is no other host
  "path of two slashes": ["/login", "https://app.example//evil.example/x?a=1#b", "https://app.example/login?" + ret("/.//evil.example/x?a=1#b")],
  "path of a slash and a backslash": ["/login", "https://app.example/\\evil.example", "https://app.example/login?" + ret("/.//evil.example")],
  "path of three slashes": ["/login", "https://app.example///evil.example", "https://app.example/login?" + ret("/.///evil.example")],
  "path of two slashes, to another origin": ["https://id.example/", "https://app.example//x", "https://id.example/?" + ret("https://app.example//x"), { redirectOrigins: ["https://id.example"] }],
  "slash and backslash where a backslash is none": ["/login", "capacitor://localhost/\\evil.example", "capacitor://localhost/login?" + ret("/./\\evil.example")],
  // a target that is relative to the page's query
  "fragment only": ["#/login", home + "#/chat", "https://app.example/chat?" + ret("/chat#/chat") + "#/login"],
  "fragment only, stale returnTo": ["#/login", home + "?returnTo=%2Fold&a=1#/chat", "https://app.example/chat?a=1&" + ret("/chat?a=1#/chat") + "#/login"],
  "fragment only, crafted returnTo": ["#/login", home + "?returnTo=//evil.example", "https://app.example/chat?" + ret("/chat") + "#/login"],
  "fragment only, two crafted ones": ["#/login", home + "?returnTo=//evil.example&returnTo=//evil.example", "https://app.example/chat?" + ret("/chat") + "#/login"],
  "fragment only, crafted under another name": ["#/login", home + "?next=//evil.example", "https://app.example/chat?next=%2Fchat#/login", { returnTo: "next" }],
  "fragment only, this route": ["#/login", home + "?returnTo=%2F#/login", undefined],
  // pages of extensions and apps
  "an extension's page": ["login.html", "chrome-extension://abcdef/pages/chat.html", "chrome-extension://abcdef/pages/login.html?" + ret("/pages/chat.html")],
  "an app's page": ["/login", "capacitor://localhost/chat", "capacitor://localhost/login?" + ret("/chat")],
  "an app's page, absolute": ["tauri://localhost/login", "tauri://localhost/chat#x", "tauri://localhost/login?" + ret("/chat#x")],
  "an app's page, this page": ["/login", "app://shop/login?returnTo=%2F", undefined],
  "an app's page to an allowed origin": ["https://id.example/", "capacitor://localhost/chat", "https://id.example/?" + ret("capacitor://localhost/chat"), { redirectOrigins: ["https://id.example"] }],
  "a path that begins alike": ["/login", "https://app.example/login2", "https://app.example/login?" + ret("/login2")],
};
for (const [name, [to, here, expected, opts]] of Object.entries(rows))
  test(`${name}: ${String(to)} on ${here}`, () => assert.equal(go(to, here, opts), expected));

const refused = {
  "javascript:alert(1)": /"javascript:" refused/,
  "JavaScript:alert(1)": /"javascript:" refused/,
  " \tjava\nscript:alert(1)": /"javascript:" refused/,
  "data:text/html,x": /"data:" refused/,
  "blob:https://app.example/1": /"blob:" refused/,
  "file:///etc/passwd": /"file:" refused/,
  "vbscript:x": /"vbscript:" refused/,
  "about:blank": /"about:" refused/,
  "ws://app.example": /"ws:" refused/,
  "https://evil.example/login": /https:\/\/evil\.example refused, add it to redirectOrigins/,
  "//evil.example": /evil\.example refused/,
  "/\\evil.example": /evil\.example refused/,
  "\\\\evil.example": /evil\.example refused/,
  "https:evil.example": null, // a path on the same origin, as browsers read it
  "http://app.example/login": /http:\/\/app\.example refused/,
  "https://app.example:444/": /app\.example:444 refused/,
  "https://app.example@evil.example/": /evil\.example refused/,
  "https://sub.app.example/": /sub\.app\.example refused/,
  "http://": /not a valid URL/,
  "https://[": /not a valid URL/,
};
for (const [to, why] of Object.entries(refused))
  test(`redirect refused: ${JSON.stringify(to)}`, () => {
    if (!why) return assert.equal(new URL(go(to, home)).origin, "https://app.example");
    assert.throws(() => go(to, home), why);
    assert.throws(() => go(() => to, home), why, "from a function too");
    // Allowing an origin does not allow a scheme.
    if (/"/.test(why.source)) assert.throws(() => go(to, home, { redirectOrigins: ["https://evil.example", "null"].slice(0, 1) }), why);
  });

const elsewhere = [
  ["tauri://localhost/x", "capacitor://localhost/x"], ["capacitor://other/x", "capacitor://localhost/x"], ["chrome-extension://b/x", "chrome-extension://a/x"],
  ["//evil.example", "capacitor://localhost/x"], ["https://evil.example", "capacitor://localhost/x"], ["capacitor://localhost/x", home],
  ["file:///etc/passwd", "file:///home/page.html"], ["/login", "file:///home/page.html"], ["about:blank", "about:blank#x"], ["javascript:1", "capacitor://localhost/x"],
];
for (const [to, here] of elsewhere) test(`refused: ${to} on ${here}`, () => assert.throws(() => go(to, here), /refused/));

test("a page with a base: the target is where location.assign() would lead, and a fragment a route of the page", () => {
  const on = (base, to, href = "https://app.example/app/users/7?a=1", opts = {}) => target(to, {}, opts, { href, baseURI: base });
  const back = ret("/app/users/7?a=1");
  assert.equal(on("https://app.example/app/", "login"), "https://app.example/app/login?" + back);
  assert.equal(on("https://app.example/app/", "/login"), "https://app.example/login?" + back);
  assert.equal(on("https://app.example/app/", "?page=login"), "https://app.example/app/?page=login&" + back);
  assert.equal(on("https://app.example/app/", "#/login"), "https://app.example/app/users/7?a=1&" + back + "#/login");
  assert.equal(on("https://app.example/app/", "login", "https://app.example/app/login"), undefined);
  assert.throws(() => on("https://cdn.example/", "login"), /https:\/\/cdn\.example refused, add it to redirectOrigins/);
  // A frame of srcdoc has its parent's base, and no address of its own.
  assert.throws(() => on("https://app.example/app/", "login", "about:srcdoc"), /https:\/\/app\.example refused, add it to redirectOrigins/);
  assert.equal(on("https://app.example/app/", "login", "about:srcdoc", { redirectOrigins: ["https://app.example"], returnTo: false }), "https://app.example/app/login");
});

test("a page without a base, whose location a test has replaced: the target is relative to that location", (t) => {
  t.after(() => {
    delete globalThis.document;
    delete globalThis.location;
  });
  for (const [href, baseURI, bases, to] of [
    ["https://app.example/chat", "about:blank", [], "/login?" + ret("/chat")],
    ["https://app.example/chat", "http://localhost:3000/", [], "/login?" + ret("/chat")],
    ["https://app.example/chat", "https://app.example/app/", [{}], "/app/login?" + ret("/chat")],
  ]) {
    globalThis.location = { href };
    globalThis.document = { baseURI, querySelector: (selector) => (selector == "base[href]" ? bases[0] : undefined) };
    assert.equal(target("login", {}, {}), "https://app.example" + to);
  }
  delete globalThis.document.querySelector;
  assert.equal(target("login", {}, {}), "https://app.example/login?" + ret("/chat"));
});

test("returnTo leads to the page that was left, and nowhere else", () => {
  for (const path of ["/", "/chat", "//evil.example", "//evil.example/a//b", "/\\evil.example", "///evil.example", "/\\/evil.example", "/.//evil.example", "/%2F/evil.example", "//", "/\\", "//user@evil.example:1/"])
    for (const origin of ["https://app.example", "capacitor://localhost"]) {
      const here = new URL(origin + path);
      const value = new URL(go("/login", here)).searchParams.get("returnTo");
      assert.match(value, /^\/(?![/\\])/, path);
      assert.equal(new URL(value, origin + "/login").href, here.href, path);
    }
});

test("a function that returns neither text nor URL: a clear error, and no page of that name", () => {
  for (const to of [Promise.resolve("/login"), {}, ["/login"], 7, true, () => "/login", Symbol("login")]) assert.throws(() => go(() => to, home), /redirect: the function must return a string or a URL/);
  assert.equal(go(() => new URL("/login", home), home), "https://app.example/login?" + ret("/chat"));
});

test("without a page to leave: a clear error, unless nothing is to be left", () => {
  for (const to of ["/login", () => "https://app.example/login"]) assert.throws(() => target(to, {}, {}), /redirect: there is no page here to leave; use onUnauthorized/);
  assert.equal(target(() => undefined, {}, {}), undefined);
  assert.equal(target(undefined, {}, {}), undefined);
});

test("the error of a refused redirect shows no more than scheme or origin", () => {
  for (const to of ["https://evil.example/?token=SECRET", "javascript:SECRET", "https://SECRET:SECRET@evil.example/", "http://SECRET:SECRET"])
    assert.throws(() => go(to, home), (e) => !/SECRET/i.test(e.message) && e instanceof Error);
});

test("an exception of the redirect function reaches the caller", () => {
  const mine = new Error("mine");
  assert.throws(() => go(() => { throw mine; }, home), mine);
});
