// The queue before a transport: order, what a server takes at once, and what waits for what.
import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./tools.mjs";

const { Writer } = await plain("engine/writer");

/** A connection whose transport notes what it is given. */
function made({ payloads = false, writable = true } = {}) {
  const sent = [];
  const told = [];
  const link = { can: { payloads }, writable, busy: () => !link.writable, send: (packets) => ((link.writable = false), sent.push([...packets])) };
  const engine = { _link: link, _callbacks: {}, readyState: "open", emitReserved: (name) => told.push(name) };
  const writer = new Writer(engine);
  const drain = () => {
    link.writable = true;
    writer.drained();
  };
  return { writer, link, engine, sent, told, drain };
}

test("a packet goes at once, with its attachments; what comes meanwhile waits and goes together", () => {
  const { writer, sent, told, drain } = made();
  const part = new Uint8Array(1);
  writer.write("451-", [part]);
  writer.write("4a");
  writer.write("4b");
  assert.deepEqual(sent, [["451-", part]]);
  assert.deepEqual(writer.queue, ["451-", part, "4a", "4b"], "pages see what the server has not got");
  drain();
  assert.deepEqual(sent[1], ["4a", "4b"]);
  drain();
  assert.deepEqual([writer.queue, told], [[], ["flush", "flush", "drain"]]);
});

test("nothing goes while it is held, nor while the transport cannot take it", () => {
  const { writer, link, sent } = made({ writable: false });
  writer.write("4a");
  link.writable = true;
  writer.held = true;
  writer.flush();
  assert.deepEqual(sent, []);
  writer.held = false;
  writer.flush();
  assert.deepEqual(sent, [["4a"]]);
});

test("a payload is no longer than the server takes, but has one packet at least", () => {
  const { writer, sent, drain, link } = made({ payloads: true, writable: false });
  writer.maxPayload = 10;
  for (const p of ["4aaaa", "4bbb", "4éé", "4" + "x".repeat(50), "4c", new Uint8Array(3), new Uint8Array(1)]) writer.write(p);
  link.writable = true;
  writer.flush();
  for (let i = 0; i < 5; i++) drain();
  assert.deepEqual(sent.map((packets) => packets.map((p) => p.length)), [[5], [4], [3], [51], [2, 3], [1]]);
});

test("a transport without payloads takes all at once", () => {
  const { writer, sent, link } = made({ writable: false });
  writer.maxPayload = 3;
  writer.write("4aaaa");
  writer.write("4bbbb");
  link.writable = true;
  writer.flush();
  assert.equal(sent[0].length, 2);
});

test("takeUnsent(): what the transport is busy with is not in it, and nothing goes any more", () => {
  const { writer, sent } = made();
  writer.write("4a");
  writer.write("4b");
  writer.write("4c");
  assert.deepEqual(writer.takeUnsent(), [["4b", "4c"]]);
  writer.write("4c");
  assert.deepEqual(sent, [["4a"]]);
});

test("takeUnsent(): for payloads, in parts that the server takes", () => {
  const { writer } = made({ payloads: true });
  writer.maxPayload = 10;
  for (const p of ["4a", "4bbb", "4ccc", "4d"]) writer.write(p);
  assert.deepEqual(writer.takeUnsent(), [["4bbb", "4ccc"], ["4d"]]);
});

test("reset(): the old queue stays with whoever holds it", () => {
  const { writer, drain, sent } = made();
  writer.write("4a");
  const held = writer.queue;
  writer.reset();
  assert.deepEqual([held, writer.queue], [["4a"], []]);
  drain();
  writer.write("4b");
  assert.deepEqual(sent.at(-1), ["4b"]);
});

test("whenWritten(): after the queue, the transport and what else is waited for; at once when the connection is over", async () => {
  const { writer, engine, drain } = made();
  let empty = false;
  writer.whenWritten(() => (empty = true), () => false);
  assert.equal(empty, true, "nothing to wait for");
  let owed = true;
  let done = false;
  writer.write("4a");
  writer.whenWritten(() => (done = true), () => owed);
  assert.equal(done, false);
  drain();
  await new Promise((r) => setTimeout(r, 20));
  assert.equal(done, false, "something is owed");
  owed = false;
  await new Promise((resolve) => writer.whenWritten(resolve, () => owed));
  while (!done) await new Promise((r) => setTimeout(r));
  writer.write("4b");
  engine.readyState = "closed";
  let over = false;
  writer.whenWritten(() => (over = true), () => true);
  assert.equal(over, true);
});
