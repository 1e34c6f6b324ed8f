// The page's side of the seam, with the real program behind it: what the page answers itself about plain events and acks has
// to be what Go would answer.
import test from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { leaf, root } from "./tools.mjs";

const page = await leaf("page");
const { runtime } = await leaf("runtime");
const { Do, Op, Rx, Tx, Word } = await leaf("seam");

let memory;
const { instance } = await WebAssembly.instantiate(await readFile(`${root}js/dist/socketio-jwt.wasm`), {
  gojs: runtime(() => memory.buffer),
  page: { tell: page.tell },
});
memory = instance.exports.mem;
/** How often Go was asked. */
let asked = 0;
const counted = (name) => (...args) => (asked++, instance.exports[name](...args));
page.meet({ ...instance.exports, rx: counted("rx"), tx: counted("tx") });
page.enter();

const told = [];
for (const what of [Do.Link, Do.Engine, Do.Manager, Do.Socket, Do.Ask, Do.Token])
  page.defer(what, (...args) => told.push([what, ...args]));
/** When Go wants to be woken. Nobody does. */
let due;
page.defer(Do.Wake, (at) => (due = at));
const { control } = page;

/** A transport. It has one property, whatever its name is in a build with mangled names. */
const transport = (link) => new Proxy({}, { get: () => link });
const ws = transport(1);
const tokenEnds = () => Date.now() + 3_600_000;

/** A connection over one WebSocket, which is link 1, and namespaces on it. */
function connected(conn, namespaces) {
  control(Op.Manager, conn, 1, -1, 1000, 5000, 0.5, 20_000, 2, 0, 1, 0, 4, 0, 0.5);
  for (const [slot, name, ...token] of namespaces) {
    control(Op.Socket, conn, slot, name, ...token);
    control(Op.Connect, slot);
    if (token[0] >= 0) control(Op.Token, token[0], call(), 1, Date.now(), Date.now(), tokenEnds());
  }
  control(Op.LinkOpened, conn, 1);
  assert.equal(page.rx(conn, ws, '0{"sid":"x"}', 0), Rx.Handshake);
  control(Op.Handshake, conn, 1, 25_000, 20_000, 0, 4);
  for (const [slot] of namespaces) control(Op.Connected, conn, slot, 0);
}
/** The latest call of the token function. */
const call = () => told.findLast(([what]) => what === Do.Ask)[2];

const root0 = 0, admin = 1, alone = 2;
connected(0, [[root0, "/", -1], [admin, "/admin", -1]]);

/** Nothing that was answered before this is answered by the page. */
const forget = () => control(Op.Tick);
const answer = (text, from = 0) => {
  const kind = page.rx(0, ws, text, from);
  return kind === Rx.Fault ? [kind] : [kind, ...Array.from({ length: Word.Kept }, (_, i) => page.words[i])];
};

test("both namespaces are connected", () => {
  assert.deepEqual(answer('42["a"]'), [Rx.Event, -1, 2, root0, -1, 0, 0]);
  assert.deepEqual(answer('43/admin,7["a"]'), [Rx.Ack, -1, 10, admin, 7, 0, 0]);
});

test("a second event, and a second ack, of a namespace need no asking", () => {
  for (const ns of ["", "/admin,"]) {
    forget();
    answer(`42${ns}["a"]`);
    asked = 0;
    answer(`42${ns}["b"]`);
    answer(`42${ns}12["c"]`);
    answer(`43${ns}0["d"]`);
    answer(`43${ns}12345678["d"]`);
    assert.equal(asked, 0, ns);
    forget();
    asked = 0;
    answer(`42${ns}["e"]`);
    assert.equal(asked, 1, "the page answers though the program may have changed its mind");
  }
});

test("what the page answers is what Go answers, whatever a server sends", () => {
  let seed = 1;
  const random = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n;
  const parts = ["4", "2", "3", "42", "43", "42", "43", "45", "46", "40", "44", "41", "1", "7", "b", "0", "/admin,", "/admin", "/other,", "/admin?x=1,", "/[,", "/,", ",",
    "12", "007", "12345678", "99999999", "123456789", "1234567890", "4294967295", "4294967296", "1e3", "1.5", "0x1", "-1", "+1", " 1", " ", "NaN", "51-", "1-", "[", "[", "[", "[1]", '["a"]', "{", '"', "]", "\x1e", "é"];
  const seen = new Set();
  for (let i = 0; i < 30_000; i++) {
    const any = (n) => Array.from({ length: random(n) }, () => parts[random(parts.length)]).join("");
    const likely = ["42", "43"][random(2)] + ["", "/admin,"][random(2)] + ["", "1", "12"][random(3)];
    const text = (random(2) ? likely : "") + any(5);
    const from = random(4) ? 0 : 1;
    if (/^4[01]/.test(text.slice(from)) || text.length <= from) continue; // CONNECT and DISCONNECT have other tests
    forget();
    const gos = answer(text, from);
    forget();
    answer(["42[]", "42/admin,[]", "431[]", "43/admin,1[]"][random(4)]);
    asked = 0;
    assert.deepEqual(answer(text, from), gos, JSON.stringify([text, from]));
    if (!asked) seen.add(gos[0] + (gos[4] < 0 ? "" : " with id") + (gos[3] ? " /admin" : ""));
  }
  assert.deepEqual([...seen].sort(), ["3", "3 /admin", "3 with id", "3 with id /admin", "4 with id", "4 with id /admin"].sort());
});

test("a packet on another link is Go's to judge", () => {
  forget();
  answer('42["a"]');
  assert.equal(page.rx(0, transport(2), '42["a"]', 0), Rx.Stale);
});

test("a header that is written again is written as Go writes it", () => {
  for (const slot of [root0, admin])
    for (const [flags, ack] of [[0, ""], [Tx.WantsAck, 7], [Tx.WantsAck, 12], [Tx.Volatile, ""], [Tx.Ack, 3], [Tx.Ack | Tx.WantsAck, 3]])
      for (const before of [[0, ""], [Tx.WantsAck, 99]]) {
        forget();
        const gos = page.tx(slot, flags, 0, ack);
        forget();
        page.tx(slot, ...before.slice(0, 1), 0, before[1]);
        asked = 0;
        assert.equal(page.tx(slot, flags, 0, ack), gos);
        assert.equal(asked, flags > Tx.WantsAck ? 1 : 0);
        assert.match(gos, flags & Tx.Ack ? /^43/ : /^42/);
      }
  forget();
  page.tx(root0, 0, 0, "");
  assert.equal(page.tx(root0, 0, 2, ""), "452-", "attachments");
});

test("a renewal waits for the acks that Go was not asked about, and no longer", () => {
  const n = 6;
  control(Op.Source, 0, 10_000);
  connected(1, [[alone, "/", 0, 8, 1, 30_000, 8000, 0]]); // a token by `auth`
  for (let id = 0; id <= n; id++) assert.equal(page.tx(alone, Tx.WantsAck, 0, id), `42${id}`);
  page.rx(1, ws, "430[]", 0); // Go is asked about this one
  page.rx(1, ws, "431[]", 0); // not about this one
  page.rx(1, ws, '451-["b"]', 0);
  page.rx(1, ws, "432[]", 0); // and about this one again
  control(Op.Reauthenticate, alone);
  control(Op.Token, 0, call(), 2, Date.now(), Date.now(), tokenEnds());
  const waits = () => due - page.clock(); // ms: 2000 for the next ack, and 50 after the last
  for (let id = 3; id <= n; id++) {
    assert.ok(waits() > 1000, `${waits()} ms with ${id - 1} of ${n} answered`);
    assert.equal(page.rx(1, ws, `43${id}[]`, 0), Rx.Ack);
    assert.equal(page.words[Word.More], 1);
    control(Op.Acked, 1);
  }
  assert.ok(waits() <= 50, `${waits()} ms after the last`);
});
