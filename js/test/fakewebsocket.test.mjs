// The fake server's WebSocket where an EventTarget calls handlers by itself, as those of Cloudflare's workers do.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

globalThis.EventTarget = class extends EventTarget {
  dispatchEvent(event) {
    this["on" + event.type]?.(event);
    return super.dispatchEvent(event);
  }
};
const { FakeServer } = await leaf("whole", "workers");

test("each handler is called once", async (t) => {
  const server = new FakeServer({ url: "https://api.test" });
  t.after(() => server.close());
  const told = [];
  await new Promise((done) => {
    const ws = new WebSocket("wss://api.test/socket.io/?EIO=4&transport=websocket");
    ws.onopen = () => told.push("open");
    ws.onmessage = () => {
      told.push("message");
      ws.close();
    };
    ws.onclose = () => told.push("close");
    ws.addEventListener("close", done);
  });
  assert.deepEqual(told, ["open", "message", "close"]);
});
