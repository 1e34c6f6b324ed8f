// Which transports an option means, and what the core knows them by.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf, official } from "./tools.mjs";

const { carries, chosen, offered, rowOf, rows } = await leaf("engine/transports/registry");
const { Fetch, NodeWebSocket } = official("engine.io-client");
const names = (list) => chosen(list).map((row) => row.name);

class Own {
  get name() {
    return "own";
  }
}
class Other {
  get name() {
    return "other";
  }
}

test("names in the option's order; what is not known is passed over", () => {
  assert.deepEqual(names(undefined), ["polling", "websocket"]);
  assert.deepEqual(names(["webtransport", "polling"]), ["polling"], "Node has no WebTransport");
  globalThis.WebTransport = class {};
  assert.deepEqual(names(undefined), ["polling", "websocket", "webtransport"]);
  delete globalThis.WebTransport;
  assert.deepEqual(names(["websocket", "polling"]), ["websocket", "polling"]);
  assert.deepEqual(names(["smoke", null, 1, {}, "polling", () => {}, class {}]), ["polling"]);
  assert.deepEqual(names([]), []);
});

test("each row has a number and a name of its own, which the core finds it by", () => {
  assert.equal(new Set(rows.map((row) => row.kind)).size, rows.length);
  assert.equal(new Set(rows.map((row) => row.name)).size, rows.length);
  for (const row of rows) assert.equal(rowOf(row.kind), row);
});

test("a class that bears a known name has its number, and comes before it", () => {
  const [row] = chosen([Fetch, "polling"]);
  assert.equal(row.kind, rows[0].kind);
  assert.equal(rowOf(row.kind, [Fetch, "polling"]), row);
  assert.equal(rowOf(row.kind, ["polling", Fetch]), rows[0]);
  assert.equal(chosen([Fetch])[0], row, "one row for a class, whenever it is asked for");
  assert.deepEqual([row.revision, row.can.payloads, row.can.immediate], [4, true, false]);
  assert.deepEqual([chosen([NodeWebSocket])[0].can.upgrade, chosen([NodeWebSocket])[0].can.header], [true, false]);
});

test("classes of other names have numbers of their own", () => {
  const [own, other] = chosen([Own, Other]);
  assert.equal(new Set([own.kind, other.kind, ...rows.map((row) => row.kind)]).size, rows.length + 2);
  assert.equal(rowOf(own.kind, [Own]), own);
  assert.equal(rowOf(own.kind, ["polling"]), own, "also when the option has been changed since");
  assert.deepEqual([own.can.payloads, own.can.upgrade, own.can.header], [false, false, true]);
});

test("a connection changes to what a server offers and a row can be changed to", () => {
  const bit = (name) => 1 << rows.find((row) => row.name == name).kind;
  assert.equal(offered(["websocket"]), bit("websocket"));
  assert.equal(offered(["webtransport", "websocket"]), bit("websocket") | bit("webtransport"));
  assert.equal(offered(["polling", "smoke"]), 0);
  assert.equal(offered([]), 0);
});

test("transports say which ways their handshake carries", () => {
  const can = (way) => rows.filter((row) => carries(row, [way])).map((row) => row.name);
  assert.deepEqual([can("query"), can("header"), can("auth")], [["polling", "websocket"], ["polling"], []]);
});
