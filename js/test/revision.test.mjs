// Which revision a server is asked with first, as the page remembers it by address.
import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./tools.mjs";

const { anyRevision, olderRevision, rememberRevision } = await plain("engine/revision");
const { newest } = await plain("bridge/bridge.gen");
const OLDER = newest - 1;

let hosts = 0;
const manager = (opts = {}, host = {}) => ({ opts: { path: "/socket.io", ...opts }, _host: { hostname: `h${++hosts}`, port: "80", secure: false, ...host } });

test("any revision will do unless the option names one", () => {
  for (const protocol of [undefined, "auto"]) assert.equal(anyRevision({ protocol }), true, protocol);
  for (const protocol of [OLDER, newest]) assert.equal(anyRevision({ protocol }), false, `${protocol}`);
});

test("a server that took the older revision is asked with it again, until it takes the newest", () => {
  const one = manager();
  assert.equal(olderRevision(one), undefined);
  rememberRevision(one, OLDER);
  assert.equal(olderRevision(one), OLDER);
  assert.equal(olderRevision(manager()), undefined, "another host");
  for (const asked of [newest, 0]) {
    rememberRevision(one, OLDER);
    rememberRevision(one, asked);
    assert.equal(olderRevision(one), undefined, `${asked}`);
  }
});

test("host, port, TLS and path tell servers apart", () => {
  const one = manager({}, { hostname: "same" });
  rememberRevision(one, OLDER);
  for (const [opts, host] of [[{}, { port: "81" }], [{}, { secure: true }], [{ path: "/other" }, {}]])
    assert.equal(olderRevision(manager(opts, { hostname: "same", ...host })), undefined);
  assert.equal(olderRevision(manager({}, { hostname: "same" })), OLDER);
});

test("where the option names the revision, nothing is remembered and nothing is asked otherwise", () => {
  const one = manager();
  rememberRevision(one, OLDER);
  assert.equal(olderRevision({ ...one, opts: { ...one.opts, protocol: newest } }), undefined);
  const other = manager();
  rememberRevision({ ...other, opts: { ...other.opts, protocol: OLDER } }, OLDER);
  assert.equal(olderRevision(other), undefined);
});
