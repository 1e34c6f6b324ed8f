// What may stand in an event: whatever JSON.stringify takes, with the same result, and bytes at any depth.
import { both } from "./define.js";

/** The server's echo of a value equals what JSON makes of it. */
const asJson = (value) => JSON.parse(JSON.stringify([value]))[0];

const VALUES = {
  "null and undefined": () => [null, undefined],
  booleans: () => [true, false],
  "numbers: 0, -0, fractions, the largest, the smallest": () => [0, -0, 1.5, -1e-7, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE],
  "NaN and the infinities become null": () => [NaN, Infinity, -Infinity],
  "texts: empty, blank, quotes, control characters": () => ["", " ", '"', "\\", "\u0000\u0001\u001f\u007f", "\r\n\t"],
  "texts: é€😀, right to left, combining, line separators": () => ["é€😀", "שלום", "e\u0301", "\u2028\u2029", "\ufeff"],
  "lone surrogates": () => ["\ud800", "\udc00", "a\ud83d", "\ude00b"],
  "texts that look like packets": () => ["42[]", "0{}", "b4AAAA", "\u001e", "2probe", '51-["x",{"_placeholder":true,"num":0}]'],
  "a Date is its ISO text": () => [new Date(0), { at: new Date(1e12) }],
  "empty and nested arrays": () => [[], [[]], [[[1], 2], 3]],
  "holes and undefined in arrays become null": () => [[, 1, undefined]],
  "empty and nested objects": () => [{}, { a: { b: { c: {} } } }],
  "undefined, functions and symbols as members are left out": () => [{ a: undefined, b() {}, c: Symbol("c"), d: 1 }],
  "functions and symbols in arrays become null": () => [[() => {}, Symbol("x"), 1]],
  "boxed values": () => [Object(1), Object("a"), Object(true)],
  "Map, Set and RegExp are empty objects": () => [new Map([[1, 2]]), new Set([1]), /x/],
  "an Error has no members": () => [new Error("hidden")],
  "toJSON, also inherited, nested and answering undefined": () => [
    { toJSON: () => "short" },
    { a: { toJSON: () => ({ b: [1] }) } },
    { gone: { toJSON: () => undefined }, stays: 1 },
    new (class { toJSON() { return { from: "class" }; } })(),
  ],
  "toJSON is given the key": () => [{ key: { toJSON: (key) => `key ${key}` } }],
  "own members only": () => [Object.assign(Object.create({ inherited: 1 }), { own: 2 })],
  "no prototype": () => [Object.assign(Object.create(null), { a: 1, b: Object.create(null) })],
  "members in their order, numeric ones first": () => [{ z: 1, a: 2, 10: 3, 9: 4 }],
  "members called __proto__, constructor, length": () => [JSON.parse('{"__proto__":{"x":1},"constructor":2,"length":3}')],
  "members that are getters": () => [{ get got() { return 7; } }],
  "members that are not enumerable are left out": () => [Object.defineProperty({ a: 1 }, "b", { value: 2 })],
  "a member called _placeholder that is not one": () => [{ _placeholder: false, num: 0 }, { _placeholder: "true" }],
  "a thousand members": () => [Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]))],
  "two hundred levels": () => [Array.from({ length: 200 }).reduce((inner) => ({ inner }), "deep")],
};

export default (it) => {
  for (const [name, make] of Object.entries(VALUES)) {
    it(`values: ${name}`, both, async (t) => {
      const socket = await t.connected();
      const values = make();
      const back = await t.asks(socket, "echo", ...values);
      // The order of members counts, too: compared as text.
      t.assert.equal(JSON.stringify(back), JSON.stringify(values.map((v) => asJson(v) ?? null)));
      const heard = t.once(socket, "echo");
      socket.emit("echo", ...values);
      t.assert.equal(JSON.stringify(await heard), JSON.stringify(values.map((v) => asJson(v) ?? null)));
    });
  }

  it("a BigInt throws what JSON.stringify throws, and nothing is sent", both, async (t) => {
    const socket = await t.connected();
    const expected = t.assert.throws(() => JSON.stringify([1n]), TypeError);
    t.assert.throws(() => socket.emit("big", 1n), TypeError, expected.message);
    t.assert.same(await t.asks(socket, "echo", "fine"), ["fine"]);
    t.assert.same(await t.heardArgs(socket.id, "big"), []);
  });

  it("a cyclic value throws a RangeError, and nothing is sent", both, async (t) => {
    const socket = await t.connected();
    const cyclic = {};
    cyclic.self = cyclic;
    // The search for bytes goes round and round before JSON.stringify is asked.
    t.assert.throws(() => socket.emit("cyclic", cyclic), RangeError, "Maximum call stack size exceeded");
    t.assert.same(await t.asks(socket, "echo", "fine"), ["fine"]);
    t.assert.same(await t.heardArgs(socket.id, "cyclic"), []);
  });

  it("an exception in toJSON gets out of emit(), and nothing is sent", both, async (t) => {
    const socket = await t.connected();
    t.assert.throws(() => socket.emit("bad", { toJSON() { throw new Error("boom"); } }), Error, "boom");
    t.assert.same(await t.asks(socket, "echo", "fine"), ["fine"]);
    t.assert.same(await t.heardArgs(socket.id, "bad"), []);
  });

  it("an exception in a getter gets out of emit()", both, async (t) => {
    const socket = await t.connected();
    t.assert.throws(() => socket.emit("bad", { get a() { throw new Error("boom"); } }), Error, "boom");
    t.assert.same(await t.asks(socket, "echo", "fine"), ["fine"]);
  });

  it("a bad value in an answer throws in the callback's caller", both, async (t) => {
    const socket = await t.connected();
    let thrown;
    socket.on("question", (ack) => {
      try {
        ack(1n);
      } catch (error) {
        thrown = error;
      }
    });
    socket.emit("do", [["ask", "question"]]);
    await t.until(() => thrown);
    t.assert.ok(thrown instanceof TypeError, "a TypeError");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });
};
