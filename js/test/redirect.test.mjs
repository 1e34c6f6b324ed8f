import test from "node:test";
import assert from "node:assert/strict";
import { leaf } from "./tools.mjs";

const { target } = await leaf("redirect");
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
  test(`refused: ${JSON.stringify(to)}`, () => {
    if (!why) return assert.equal(new URL(go(to, home)).origin, "https://app.example");
    assert.throws(() => go(to, home), why);
    assert.throws(() => go(() => to, home), why, "from a function too");
    // Allowing an origin does not allow a scheme.
    if (/"/.test(why.source)) assert.throws(() => go(to, home, { redirectOrigins: ["https://evil.example", "null"].slice(0, 1) }), why);
  });

test("what is refused shows no more than scheme or origin", () => {
  for (const to of ["https://evil.example/?token=SECRET", "javascript:SECRET", "https://SECRET:SECRET@evil.example/", "http://SECRET:SECRET"])
    assert.throws(() => go(to, home), (e) => !/SECRET/i.test(e.message) && e instanceof Error);
});

test("what the function throws is the caller's to report", () => {
  const mine = new Error("mine");
  assert.throws(() => go(() => { throw mine; }, home), mine);
});
