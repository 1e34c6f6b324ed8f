// Text beyond ASCII, both ways, in every place where text can stand, on every server and transport.
import { expect, test } from "../lib/test.js";

const versions = { "1.7.4": "1", "2.5.1": "2", "3.1.2": "3", "4.8.4": "4" };
const ways = { polling: { transports: ["polling"] }, "polling with forceBase64": { transports: ["polling"], forceBase64: true }, websocket: { transports: ["websocket"] }, upgraded: {} };

// Written with escapes: the way to the page and to the server's process must not be what is tested.
const TEXTS = ["é€😀", "\ud800", "a\udc00b\ud83d", "\u2028\u2029", "\u0000\u0001\u007f\u0080\u00ff", "\ufeff\ufffe\uffff", "line\r\nend\u001e2:40", "ÿ".repeat(3000), "😀".repeat(3000)];

for (const [name, io] of Object.entries(versions)) {
  for (const [way, options] of Object.entries(ways)) {
    test(`text on ${name}, ${way}`, async ({ server, open }) => {
      const s = await server({ io, mode: "plain", open: ["/admin"] });
      const page = await open(s);
      await page.evaluate(async ([url, options, upgraded]) => {
        const { socket, until } = kit.connect(url + "/admin", options, "io");
        window.socket = socket;
        await until("connect");
        if (upgraded) await new Promise((done) => (socket.io.engine.transport.name === "websocket" ? done() : socket.io.engine.once("upgrade", done)));
      }, [s.url, options, way === "upgraded"]);
      expect(await page.evaluate(() => socket.io.engine.transport.name)).toBe(options.transports?.[0] ?? "websocket");

      // Page → server → page: as an argument, a key and a value of an object, beside an attachment.
      const source = JSON.stringify(TEXTS);
      const wrong = await page.evaluate(async (source) => {
        const wrong = [];
        for (const text of JSON.parse(source)) {
          const value = { [text]: [text, { deep: text }] };
          if ((await socket.emitWithAck("echo", text)) !== text) wrong.push(["argument", text]);
          if (JSON.stringify(await socket.emitWithAck("echo", value)) !== JSON.stringify(value)) wrong.push(["object", text]);
          const { bytes, ...rest } = await socket.emitWithAck("echo", { text, bytes: new Uint8Array([0, 128, 255]) });
          if (rest.text !== text || new Uint8Array(bytes).join() !== "0,128,255") wrong.push(["binary", text]);
        }
        return wrong.map(JSON.stringify);
      }, source);
      expect(wrong).toEqual([]);

      // What the server understood, and what it says by itself, also in an event's name.
      await s.all();
      const got = s.of("event").map((o) => o.args[0]).filter((arg) => typeof arg === "string");
      expect(got.map((text) => JSON.stringify(text))).toEqual(TEXTS.map((text) => JSON.stringify(text)));
      const heard = page.evaluate((source) => Promise.all(JSON.parse(source).map((text) => new Promise((done) => socket.once("to " + text, (value) => done(JSON.stringify(value)))))), source);
      await page.evaluate(() => {}); // the listeners are there before the server speaks
      for (const text of TEXTS) await s.tell("emit", { nsp: "/admin", args: ["to " + text, text] });
      expect(await heard).toEqual(TEXTS.map((text) => JSON.stringify(text)));

      // Servers 1.x and 2.x get bytes in octets, and only the page asks for base64.
      const requests = s.of("request").filter((o) => o.transport === "polling");
      expect(requests.some((o) => o.base64), "b64 in an address").toBe(!!options.forceBase64);
      if (way !== "upgraded") expect(requests.some((o) => o.octets), "a POST of octets").toBe(way === "polling" && io < 3);
    });
  }
}
