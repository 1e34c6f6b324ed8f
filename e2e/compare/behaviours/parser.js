// `parser`: socket.io-msgpack-parser as it is on npm, and one of the page's own.
import { both, each, once } from "./define.js";

export default (it) => {
  const msgpack = async (t, more) => {
    const { default: parser } = await import("/client/msgpack.js");
    const { url } = await t.server.spawn({ parser: "msgpack" });
    return { url, options: { parser, ...more } };
  };
  const how = (over) => ({ over, two: "that parser is for protocol 5" });
  const connected = async (t, more) => {
    const { url, options } = await msgpack(t, more);
    const socket = t.connect(url, options);
    await t.ready(socket);
    return socket;
  };

  it("msgpack: connects, with an id", how(each), async (t) => {
    const socket = await connected(t);
    t.assert.equal(typeof socket.id, "string");
    t.assert.equal((await t.server.log(socket.id))[0].at, "connect");
  });

  it("msgpack: events and answers both ways", how(each), async (t) => {
    const socket = await connected(t);
    t.assert.same(await t.asks(socket, "echo", 1, "é€😀", { a: [null, true] }), [1, "é€😀", { a: [null, true] }]);
    const got = t.once(socket, "hi");
    socket.emit("do", [["emit", "hi", 1, "x"]]);
    t.assert.same(await got, [1, "x"]);
    socket.on("question", (n, ack) => ack(n + 1));
    t.assert.same(await t.tell(socket, ["ask", "question", 1]), [2]);
  });

  it("msgpack: bytes", how(each), async (t) => {
    const socket = await connected(t);
    const [value] = await t.asks(socket, "echo", { b: new Uint8Array([1, 2, 255]).buffer });
    t.assert.same([...new Uint8Array(value.b)], [1, 2, 255]);
  });

  it("msgpack: auth and a refusal with data", how(both), async (t) => {
    const { url, options } = await msgpack(t);
    const socket = t.connect(url, { ...options, auth: { refuse: "no", data: { code: 1 } } });
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "no");
    t.assert.same(error.data, { code: 1 });
    socket.auth = { me: 1 };
    socket.connect();
    await t.once(socket, "connect");
    t.assert.same((await t.server.handshake(socket.id)).auth, { me: 1 });
  });

  it("msgpack: namespaces", how(both), async (t) => {
    const { url, options } = await msgpack(t);
    const m = t.manager(url, options);
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.ready(a), t.ready(b)]);
    t.assert.same(await Promise.all([t.asks(a, "echo", "a"), t.asks(b, "echo", "b")]), [["a"], ["b"]]);
  });

  it("msgpack: what was emitted before the connection, in order", how(both), async (t) => {
    const { url, options } = await msgpack(t);
    const socket = t.connect(url, options);
    for (let i = 0; i < 10; i++) socket.emit("n", i);
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [...Array(10).keys()]);
  });

  it("msgpack: 300 events each way, in order", how(each), async (t) => {
    const socket = await connected(t);
    const seen = t.record(socket, "n");
    for (let i = 0; i < 300; i++) socket.emit("n", i);
    await t.tell(socket, ["many", 300, "n"]);
    t.assert.same(seen.flat(), [...Array(300).keys()]);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [...Array(300).keys()]);
  });

  it("msgpack: reconnects", how(both), async (t) => {
    const socket = await connected(t);
    const first = socket.id;
    await t.bounce(socket);
    t.assert.ok(socket.id !== first, "another id");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("msgpack: disconnect by either side", how(both), async (t) => {
    const socket = await connected(t);
    const { id } = socket;
    socket.disconnect();
    t.assert.equal((await t.server.until(id, { at: "disconnect" })).reason, "client namespace disconnect");
    socket.connect();
    await t.once(socket, "connect");
    const got = t.once(socket, "disconnect");
    socket.emit("do", [["disconnect"]]);
    t.assert.equal((await got)[0], "io server disconnect");
  });

  it("msgpack: disconnect() while other packets are on their way", how(each), async (t) => {
    const socket = await connected(t);
    const { id } = socket;
    socket.emit("n", new Uint8Array(1000));
    socket.emit("n", 2);
    socket.disconnect();
    t.assert.equal((await t.server.until(id, { at: "disconnect" })).reason, "client namespace disconnect");
    t.assert.equal((await t.heard(id)).length, 2);
  });

  it("msgpack: a Date stays a date or becomes its text as that parser does it", how(once), async (t) => {
    const socket = await connected(t);
    const [back] = await t.asks(socket, "echo", { at: new Date(0) });
    return String(back.at);
  });

  /** A parser of one's own, as documented: JSON texts with the whole packet. */
  class Encoder {
    encode(packet) {
      Encoder.seen?.push(packet);
      return [JSON.stringify(packet)];
    }
  }
  class Decoder {
    listeners = [];
    on(_event, fn) { this.listeners.push(fn); }
    off(_event, fn) { this.listeners = this.listeners.filter((one) => one !== fn); }
    emit(_event, packet) { for (const fn of this.listeners) fn(packet); }
    add(chunk) { this.emit("decoded", JSON.parse(chunk)); }
    destroy() { Decoder.destroyed = (Decoder.destroyed ?? 0) + 1; }
  }

  it("a parser of one's own: the encoder gets whole packets", { over: once, two: "packets of protocol 4 look different to a parser" }, async (t) => {
    const seen = (Encoder.seen = []);
    const socket = t.connect("/", { parser: { Encoder, Decoder }, autoConnect: false });
    socket.connect();
    await t.once(socket.io, "open");
    await t.until(() => seen.length);
    t.assert.same({ type: seen[0].type, nsp: seen[0].nsp }, { type: 0, nsp: "/" });
    Encoder.seen = undefined;
  });

  it("a parser of one's own that throws in add(): disconnect with \"parse error\"", { over: both, two: "packets of protocol 4 look different to a parser" }, async (t) => {
    const { url, options } = await msgpack(t);
    const { parser } = options;
    class Picky extends parser.Decoder {
      add(chunk) {
        if (Picky.angry) throw new Error("I do not like it");
        super.add(chunk);
      }
    }
    const socket = t.connect(url, { parser: { Encoder: parser.Encoder, Decoder: Picky }, reconnection: false });
    await t.ready(socket);
    const got = t.once(socket, "disconnect");
    Picky.angry = true;
    socket.emit("do", [["emit", "x"]]);
    const [reason, details] = await got;
    t.assert.equal(reason, "parse error");
    t.assert.error(details, "I do not like it");
  });

  it("a parser of one's own: its decoder is destroyed when the connection goes", { over: once, two: "packets of protocol 4 look different to a parser" }, async (t) => {
    const { url, options } = await msgpack(t);
    const { parser } = options;
    let destroyed = 0;
    class Counting extends parser.Decoder {
      destroy() {
        destroyed++;
        super.destroy();
      }
    }
    const socket = t.connect(url, { parser: { Encoder: parser.Encoder, Decoder: Counting } });
    await t.ready(socket);
    const before = destroyed;
    socket.disconnect();
    await t.until(() => destroyed > before);
  });
};
