// Takes what jsonwebtoken, jose, express-jwt and jwt-simple say of a bad token from the packages themselves, by making each say it:
//
//   npm install --prefix /tmp/wordings jsonwebtoken jose express-jwt jwt-simple && node wordings.mjs /tmp/wordings
//
// writes wordings.json: [{ from, what, reason, name, code, message }]. `reason` is what the lifecycle has to make of it.
// To add a wording, add a row to `provoke`.
import { createRequire } from "node:module";
import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const dir = process.argv[2];
if (!dir) throw new Error("usage: node wordings.mjs <directory with node_modules>");
const require = createRequire(join(dir, "package.json"));
const jwt = require("jsonwebtoken");
const { expressjwt } = require("express-jwt");
const simple = require("jwt-simple");
const jose = await import(pathToFileURL(join(dir, "node_modules/jose/dist/webapi/index.js")));

const key = "a secret of thirty-two characters";
const bytes = new TextEncoder().encode(key);
const now = Math.floor(Date.now() / 1000);
const good = jwt.sign({ sub: "alice", nonce: "n" }, key, { expiresIn: 60, issuer: "us", audience: "here", jwtid: "1" });
const over = jwt.sign({ exp: now - 60 }, key);
const early = jwt.sign({ nbf: now + 600 }, key);
const [head, body] = good.split(".");
const b64 = (v) => Buffer.from(typeof v == "string" ? v : JSON.stringify(v)).toString("base64url");
const claims = (payload) => jwt.sign(JSON.stringify(payload), key);

const verify = (token, options) => () => jwt.verify(token, key, options);
const decodes = (token, secret = key) => () => simple.decode(token, secret, false, "HS256");
const checks = (token, options) => () => jose.jwtVerify(token, bytes, options);
const header = (authorization, options) => () =>
  new Promise((resolve, reject) => {
    const middleware = expressjwt({ secret: key, algorithms: ["HS256"], ...options });
    middleware({ headers: authorization ? { authorization } : {}, method: "GET" }, {}, (e) => (e ? reject(e) : resolve()));
  });

const jws = (protectedHeader) => `${b64(protectedHeader)}.${body}.${good.split(".")[2]}`;
const set = jose.createLocalJWKSet({ keys: [] });

const provoke = {
  jsonwebtoken: [
    ["its time is over", "expired", verify(over)],
    ["older than maxAge", "expired", verify(jwt.sign({ iat: now - 600 }, key), { maxAge: "1m" })],
    ["none", "missing", verify(undefined)],
    ["not text", "invalid", verify(42)],
    ["two parts", "invalid", verify("a.b")],
    ["no JWT", "invalid", verify("a.b.c")],
    ["another key", "invalid", () => jwt.verify(good, "another key")],
    ["no signature", "invalid", verify(`${head}.${body}.`)],
    ["too early", "invalid", verify(early)],
    ["another algorithm", "invalid", verify(good, { algorithms: ["HS512"] })],
    ["another audience", "invalid", verify(good, { audience: "there" })],
    ["another issuer", "invalid", verify(good, { issuer: "them" })],
    ["another subject", "invalid", verify(good, { subject: "bob" })],
    ["another jwtid", "invalid", verify(good, { jwtid: "2" })],
    ["another nonce", "invalid", verify(good, { nonce: "m" })],
    ["exp is text", "invalid", verify(claims({ exp: "soon" }))],
    ["nbf is text", "invalid", verify(claims({ nbf: "soon" }))],
    ["no iat for maxAge", "invalid", verify(jwt.sign({}, key, { noTimestamp: true }), { maxAge: "1m" })],
  ],
  jose: [
    ["its time is over", "expired", checks(over)],
    ["older than maxTokenAge", "expired", checks(jwt.sign({ iat: now - 600 }, key), { maxTokenAge: "1m" })],
    ["too early", "invalid", checks(early)],
    ["iat in the future", "invalid", checks(jwt.sign({ iat: now + 600 }, key), { maxTokenAge: "1m" })],
    ["another key", "invalid", () => jose.jwtVerify(good, new TextEncoder().encode("another secret of 32 characters!!"))],
    ["another audience", "invalid", checks(good, { audience: "there" })],
    ["another issuer", "invalid", checks(good, { issuer: "them" })],
    ["another subject", "invalid", checks(good, { subject: "bob" })],
    ["another typ", "invalid", checks(good, { typ: "at+jwt" })],
    ["a claim is missing", "invalid", checks(over, { requiredClaims: ["sub"], currentDate: new Date(0) })],
    ["exp is text", "invalid", checks(claims({ exp: "soon" }))],
    ["nbf is text", "invalid", checks(claims({ nbf: "soon" }))],
    ["iat is text", "invalid", checks(claims({ iat: "soon" }))],
    ["none", "invalid", checks(undefined)],
    ["two parts", "invalid", checks("a.b")],
    ["no JWT", "invalid", checks("a.b.c")],
    ["five parts", "invalid", checks("a.b.c.d.e")],
    ["not an object inside", "invalid", checks(jwt.sign("text", key))],
    ["no alg", "invalid", checks(jws({}))],
    ["an unknown alg", "invalid", checks(jws({ alg: "XX999" }))],
    ["another algorithm", "invalid", checks(good, { algorithms: ["HS512"] })],
    ["no key in the set", "invalid", () => jose.jwtVerify(jws({ alg: "RS256", kid: "1" }), set)],
    ["decrypted with another key", "invalid", async () => {
      const sealed = await new jose.EncryptJWT({}).setProtectedHeader({ alg: "dir", enc: "A256GCM" }).encrypt(new Uint8Array(32));
      await jose.jwtDecrypt(sealed, new Uint8Array(32).fill(1));
    }],
    ["an encrypted token that is none", "invalid", () => jose.jwtDecrypt("a.b.c.d.e", new Uint8Array(32))],
  ],
  "express-jwt": [
    ["none", "missing", header("")],
    ["one word", "invalid", header("Bearer")],
    ["another scheme", "invalid", header("Basic YTpi", { credentialsRequired: true })],
    ["its time is over", "expired", header(`Bearer ${over}`)],
    ["another key", "invalid", header(`Bearer ${good}x`)],
    ["no JWT", "invalid", header("Bearer a.b.c")],
    ["too early", "invalid", header(`Bearer ${early}`)],
    ["another audience", "invalid", header(`Bearer ${good}`, { audience: "there" })],
    ["revoked", "invalid", header(`Bearer ${good}`, { isRevoked: async () => true })],
  ],
  "jwt-simple": [
    ["its time is over", "expired", decodes(over)],
    ["none", "missing", decodes("")],
    ["another key", "invalid", decodes(good, "another key")],
    ["two parts", "invalid", decodes("a.b")],
    ["too early", "invalid", decodes(early)],
    ["an unknown alg", "invalid", () => simple.decode(jws({ alg: "XX999" }), key)],
  ],
};

const rows = [];
for (const [name, provocations] of Object.entries(provoke)) {
  const { version } = JSON.parse(readFileSync(join(dir, "node_modules", name, "package.json"), "utf8"));
  for (const [what, reason, run] of provocations) {
    let said;
    try {
      await run();
    } catch (e) {
      said = e;
    }
    if (!said) throw new Error(`${name} says nothing: ${what}`);
    rows.push({ from: `${name} ${version}`, what, reason, name: said.name, code: said.code ?? "", message: said.message });
  }
}
writeFileSync(new URL("wordings.json", import.meta.url), "[\n" + rows.map((r) => "  " + JSON.stringify(r)).join(",\n") + "\n]\n");
