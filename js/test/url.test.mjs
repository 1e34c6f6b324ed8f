import test from "node:test";
import assert from "node:assert/strict";
import { leaf, official, officialFile } from "./tools.mjs";

const { parseUri, parseQuery, enginePath, engineUrl } = await leaf("url");
const { rows } = await leaf("engine/transports/registry");
const [pollingRow, websocketRow] = rows;
const { url } = await officialFile("socket.io-client/build/esm/url.js");
const { decode } = await officialFile("engine.io-client/build/esm/contrib/parseqs.js");
const { Fetch, WebSocket: WS, Socket: Engine } = official("engine.io-client");

const places = [
  { protocol: "http:", host: "page.example", hostname: "page.example", port: "" },
  { protocol: "https:", host: "page.example:8443", hostname: "page.example", port: "8443" },
  { protocol: "http:", host: "[::1]:3000", hostname: "[::1]", port: "3000" },
];

const uris = [
  undefined, null, "", "/", "/nsp", "/nsp/deeper", "/nsp?a=b", "/?a=b", "/nsp?a=b&c=d#frag", "//other.example", "//other.example/nsp", "//other.example:1/nsp?x=y",
  "http://a.example", "http://a.example/", "https://a.example", "ws://a.example", "wss://a.example", "http://a.example:80", "https://a.example:443", "http://a.example:443",
  "https://a.example:8080/nsp", "https://a.example/nsp/", "https://a.example/nsp?token=x.y.z", "https://a.example?token=x", "https://a.example/?a=1&b=2", "https://a.example/#frag", "https://a.example/nsp#frag?no=query",
  "a.example", "a.example:3000", "localhost", "localhost:3000/nsp", "localhost:3000/nsp?a=b", "127.0.0.1:8080", "192.168.0.1/nsp",
  "http://[::1]", "http://[::1]:3000", "http://[::1]:3000/nsp?a=b", "https://[2001:db8::1]/x", "[::1]:3000", "ws://[fe80::1]:9/",
  "http://user:pass@a.example/nsp", "http://user@a.example:1234", "https://user:p%40ss@a.example/x?y=z",
  "http://a.example/münchen", "http://a.example/é€😀", "http://a.example/a%20b", "http://a.example/a b", "http://a.example/../x", "http://a.example//x", "http://a.example/file.html", "http://a.example/a.b/c.d?e.f=g.h",
  "http://a.example/nsp?a=b?c=d", "http://a.example/nsp?a=/x/y", "http://a.example/nsp?u=http://b.example:1/", "http://A.Example/Nsp", "http://a.example:/", "http://a.example:/nsp", "http://a_b.example", "http://xn--mnchen-3ya.de",
  "/socket.io/", "/a/b/c?d=e", "http://localhost:3000/admin?x=%20%25", "http://a.example?", "http://a.example/?", "http://a.example/nsp?=x", "http://a.example/nsp?a",
];

let compared = 0;
for (const loc of places)
  test(`parseUri is url() of the official client, on ${loc.protocol}//${loc.host}`, () => {
    for (const uri of uris)
      for (const path of ["/socket.io", "/other/path/", ""]) {
        if (loc.host.startsWith("[") && uri && /^\/(?!\/)/.test(uri)) continue; // below
        const expected = url(uri, path, loc);
        const got = parseUri(uri, path, loc);
        for (const part of ["source", "host", "port", "path", "query", "id"]) assert.equal(got[part], expected[part], `${part} of ${uri}`);
        assert.equal(got.secure, /^(https|wss)$/.test(expected.protocol), `secure of ${uri}`);
        compared++;
      }
    assert.ok(compared > 0);
  });

// The official client takes these to the host behind the "@", a page that has looked at the address by URL does not expect that.
for (const address of ["https://good.example\\@evil.example", "https://good.example\\@evil.example:99/nsp", "https://good.example\\.evil.example", "https://good.example:81\\@evil.example", "https://user:pass@good.example\\@evil.example"])
  test(`the host of an address with a backslash is that which the URL class sees: ${address}`, () => {
    const { host, port } = parseUri(address);
    const seen = new URL(address);
    assert.deepEqual([host, port], [seen.hostname, seen.port || "443"]);
  });

test("a namespace alone, on a page with an IPv6 address", () => {
  const got = parseUri("/nsp", "/socket.io", places[2]);
  const expected = url("/nsp", "/socket.io", places[2]);
  for (const part of ["host", "port", "path", "id"]) assert.equal(got[part], expected[part], part);
});

test("without a page (worker of an extension, server side) an address alone is https", () => {
  assert.deepEqual(parseUri("a.example:1/n", "/socket.io", undefined), {
    source: "https://a.example:1/n", secure: true, host: "a.example", port: "1", path: "/n", query: "", id: "https://a.example:1/socket.io",
  });
});

/** Where there is no server to ask: [location, what that is]. */
const nowhere = [
  [undefined, "no location: Node.js"],
  [{ protocol: "chrome-extension:", host: "abcdef", origin: "chrome-extension://abcdef" }, "an extension's page"],
  [{ protocol: "capacitor:", host: "localhost", origin: "capacitor://localhost" }, "an app's page"],
  [{ protocol: "file:", host: "", origin: "null" }, "a file"],
  [{ protocol: "about:", host: "", origin: "null" }, "a frame without an address"],
  [{ protocol: "data:", host: "", origin: "null" }, "a worker of a data: address"],
  [{ protocol: "blob:", host: "", origin: "null" }, "a worker of a blob: of such a page"],
];
for (const [loc, what] of nowhere) {
  for (const uri of [undefined, null, "", "/", "/nsp", "/nsp?a=b", "//", "///"])
    test(`an address without a host names none, and nothing is thrown: ${uri} on ${what}`, () => {
      const got = parseUri(uri, "/socket.io", loc);
      assert.equal(got.host, "");
      assert.equal(got.path, /nsp/.test(uri) ? "/nsp" : "/");
      assert.equal(parseUri(got.source, "/socket.io", loc).host, "", "nor does what the manager is given");
    });
  for (const [uri, source] of [["a.example/n", "https://a.example/n"], ["//a.example/n", "https://a.example/n"], ["http://a.example/n", "http://a.example/n"], ["localhost:3000/n", "https://localhost:3000/n"]])
    test(`an address with a host: ${uri} on ${what}`, () => {
      const got = parseUri(uri, "/socket.io", loc);
      assert.equal(got.source, source);
      assert.deepEqual([got.host, got.path], [new URL(source).hostname, "/n"]);
    });
}

test("a worker of a blob: has the server of the page that made it", () => {
  const loc = { protocol: "blob:", host: "", origin: "http://page.example:8080" };
  for (const uri of [undefined, "/nsp", "//other.example"]) {
    const got = parseUri(uri, "/socket.io", loc);
    assert.equal(got.id, uri == "//other.example" ? "http://other.example:80/socket.io" : "http://page.example:8080/socket.io");
    assert.equal(got.secure, false);
  }
});

test("parseQuery is the official decode", () => {
  for (const q of ["", "a=b", "a=b&c=d", "a", "a=", "=a", "a=b=c", "a=%20&%C3%A9=%E2%82%AC", "a=1&a=2", "a+b=c+d", "&", "a&&b", "a=b%26c"])
    assert.deepEqual(parseQuery(q), decode(q), q);
  for (const q of ["a=%", "%E0%A4%A=1"]) {
    assert.throws(() => decode(q), URIError);
    assert.throws(() => parseQuery(q), URIError);
  }
});

const unstamped = (u, name = "t") => u.replace(new RegExp(`([?&]${encodeURIComponent(name)})=[0-9a-z]+`), "$1=*");

const bases = [
  { hostname: "a.example", port: "80", secure: false },
  { hostname: "a.example", port: "443", secure: true },
  { hostname: "a.example", port: "80", secure: true },
  { hostname: "a.example", port: 3000, secure: false },
  { hostname: "::1", port: "3000", secure: true },
  { hostname: "2001:db8::1", port: "443", secure: true },
];
const queries = [
  { EIO: 4, transport: "x" },
  { token: "h.p.s", a: "é €&=?/#", EIO: 4, transport: "x" },
  { n: 1, b: true, u: undefined, z: null, l: [1, 2], o: {}, e: "", EIO: 4, transport: "x", sid: "s-_1" },
  Object.assign(Object.create({ inherited: 1 }), { own: 1, EIO: 4 }),
];
const stamps = [{}, { timestampRequests: true }, { timestampRequests: false }, { timestampRequests: true, timestampParam: "my t" }];

test("engineUrl is the official transport's uri()", () => {
  let n = 0;
  for (const base of bases)
    for (const query of queries)
      for (const stamp of stamps)
        for (const [name, Official] of [["polling", Fetch], ["websocket", WS]]) {
          const opts = { timestampParam: "t", ...base, ...stamp, path: "/socket.io/" };
          const copy = () => Object.assign(Object.create(Object.getPrototypeOf(query)), query);
          const expected = unstamped(new Official({ ...opts, query: copy(), socket: {} }).uri(), opts.timestampParam);
          const got = engineUrl(rows.find((row) => row.name == name), { ...base, ...stamp, path: "/socket.io/" }, copy());
          assert.equal(unstamped(got, opts.timestampParam), expected);
          n++;
        }
  assert.equal(n, 192);
});

test("engineUrl asks for base64 in the first request of polling, where the page wants that", () => {
  const base = { hostname: "a.example", port: 80, path: "/socket.io/" };
  const query = { EIO: 4, transport: "polling" };
  assert.match(engineUrl(pollingRow, base, { ...query }), /\?EIO=4&transport=polling&t=[0-9a-z]+$/);
  const forced = { ...base, forceBase64: true };
  assert.match(engineUrl(pollingRow, forced, query), /\?EIO=4&transport=polling&t=[0-9a-z]+&b64=1$/);
  query.sid = "s";
  assert.match(engineUrl(pollingRow, forced, query), /\?EIO=4&transport=polling&t=[0-9a-z]+&b64=1&sid=s$/, "and the order stays");
  assert.equal(engineUrl(websocketRow, forced, { EIO: 4, transport: "websocket", sid: "s" }), "ws://a.example/socket.io/?EIO=4&transport=websocket&sid=s");
  assert.ok(!engineUrl(pollingRow, forced, { sid: "s" }).includes("b64"));
});

test("half a surrogate goes as U+FFFD, as in UTF-8, so that the server can refuse it", () => {
  const query = { "a\ud800": "\udc00b", c: "😀\ud83d" };
  for (const row of [pollingRow, websocketRow]) {
    const { searchParams } = new URL(engineUrl(row, { hostname: "a.example", path: "/" }, { ...query }));
    assert.deepEqual([searchParams.get("a\ufffd"), searchParams.get("c")], ["\ufffdb", "😀\ufffd"]);
  }
});

test("each request has its own stamp", () => {
  const stamps = new Set();
  for (let i = 0; i < 100; i++) stamps.add(engineUrl(pollingRow, { hostname: "a", path: "/" }, {}));
  assert.ok(stamps.size > 95, `${stamps.size}`);
});

test("the path, as the official connection makes it", () => {
  for (const path of ["/socket.io", "/socket.io/", "/", "", "/a/b/", "/x//"])
    for (const given of [{}, ...[true, false, undefined, null, 0, 1, "no"].map((addTrailingSlash) => ({ addTrailingSlash }))]) {
      const engine = new Engine("http://a.example", { path, transports: [], ...given }).on("error", () => {});
      assert.equal(enginePath({ path, ...given }), engine.opts.path, `${path} ${JSON.stringify(given)}`);
    }
});
