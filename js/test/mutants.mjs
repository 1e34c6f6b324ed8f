// Takes one piece of a module out at a time and expects its tests to notice.
//   node js/test/mutants.mjs
//   node js/test/mutants.mjs engine/ only the modules whose names begin so
//   node js/test/mutants.mjs --fit   only looks whether what it takes out is still there
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { edit } from "./edit.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const copy = "build/js-mutants/src";
const out = "build/js-mutants/out";

/** [module, code that stands there once, what stands there instead]; comments and layout do not matter. */
const mutants = [
  ["emitter", "listeners.slice()", "listeners"],
  ["emitter", "report(e);\n  }", "throw e;\n  }"],
  ["emitter", "l === args[1] || l?.fn === args[1]", "l === args[1]"],
  ["values", '"_placeholder": true', "_placeholder: true"],
  ["values", "fields.num in parts", "true"],
  ["values", "has.call(v, k) && ", ""],
  ["values", "&& !plain) return hasBinary", ") return hasBinary"],
  ["values", "|| data instanceof Date", ""],
  ["engine/transports/polling", "response.status == 200", "response.ok"],
  ["engine/transports/polling", "new Response(text || null, response)", "response"],
  ["engine/transports/polling", "if (ended || left || pausing || polled) return;", "if (ended) return;"],
  ["engine/transports/polling", "if (error || hello) polled?.abort();", ""],
  ["engine/transports/polling", "if (ended && !broken && !t.query.sid) farewell();", ""],
  ["engine/transports/polling", "if (!error && !t.query.sid) farewell();", ""],
  ["engine/transports/polling", "opts.handshaken?.(sid);", ""],
  ["engine/transports/polling", "queueMicrotask(t.poll);", "t.poll();"],
  ["engine/transports/custom", "queueMicrotask(() => this._ended || report())", "report()"],
  ["engine/transports/custom", "if (this._next) this._continue(); else", ""],
  ["engine/transports/custom", "{ ...opts.extraHeaders, ...headers?.() }", "opts.extraHeaders"],
  ["engine/transports/custom", 'await context.text().catch(() => "")', '""'],
  ["engine/transports/custom", "queueMicrotask(() => { this._paused = true;", "this._paused = true; queueMicrotask(() => {"],
  ["engine/transports/custom", "if (this._paused) this._end", "if (0) this._end"],
  ["engine/transports/custom", "if (this._opened) this._inner.close();", "this._inner.close();"],
  ["engine/transports/custom", "if (rest.length) this.send(rest); whenWritable(hangUp);", "if (rest.length) this.send(rest); hangUp();"],
  ["engine/transports/registry", "let row = classes.get(Class);", "let row: Row | undefined;"],
  ["engine/writer", "this.held || ", ""],
  ["engine/writer", "if (n && total > maxPayload) return n;", ""],
  ["engine/writer", ".slice(this._sent)", ""],
  ["engine/writer", "this.queue.splice(0, this._sent);", "this.queue.splice(0);"],
  ["engine/writer", "busy && ", ""],
  ["engine/deliveries", "this._skip!.splice(0, at + 1)", "this._skip!.splice(at, 1)"],
  ["engine/deliveries", "this._skip ||= []", "this._skip = []"],
  ["engine/deliveries", "this._kept.splice(0)", "this._kept"],
  ["engine/handover", "!deliveries.noting && ", ""],
  ["engine/handover", "deliveries.forgetLast();", ""],
  ["engine/handover", "above.engine._deliveries.stopNoting();", ""],
  ["engine/reader", "&& !t._probe", ""],
  ["engine/reader", "else if (live)", "else"],
  ["engine/reader", "if (deliveries.keeping) return deliveries.keep(t, frame, response);", ""],
  ["engine/reader", "repeated ? Rx.Ignore : kind", "kind"],
  ["engine/reader", 'payloads ? body.indexOf("\\x1e", start) : -1', 'body.indexOf("\\x1e", start)'],
  ["engine/transports/webtransport", "new Uint8Array(body).buffer", "body.buffer"],
  ["engine/transports/webtransport", "length < 0x10000", "length <= 0x10000"],
  ["engine/transports/webtransport", "if (chunks.length > 1 && chunks[0]!.length < wanted)", "if (false)"],
  ["engine/transports/webtransport", ".then(() => writer?.close())", ""],
  ["engine/transports/webtransport", "if (--sending || ended) return;", "if (ended) return;"],
  ["engine/transports/webtransport", "release!();", ""],
  ["engine/transports/webtransport", "description: redactError(e, [])", "description: e"],
  ["engine/links", "if (this._first) return;", ""],
  ["engine/links", "this._first = undefined; t._link = link;", "t._link = link;"],
  ["engine/links", "if (probe) this._probes.set(link, t.name);", ""],
  ["engine/links", "query.sid = engine.id; engine._forgetToken(query);", "query.sid = engine.id;"],
  ["engine/links", "query.sid = sid; engine._forgetToken(query);", "query.sid = sid;"],
  ["engine/links", "posts ? above._carriesToken :", ""],
  ["engine/links", "!!headers() ||", ""],
  ["engine/links", "if (t == this._engine._link) this._engine._writer.drained();", "this._engine._writer.drained();"],
  ["engine/links", "if (this._open.delete(t._link)) {", "{"],
  ["engine/links", "status && !engine.id", "status"],
  ["engine/links", "failed ? Ending.Failed : Ending.Closed", "Ending.Closed"],
  ["engine/byhand", "t.can.payloads && ", ""],
  ["engine/byhand", "&& t.generation.lengthFramed", ""],
  ["engine/byhand", "reader.byHand = above._incoming.later = false;", ""],
  ["engine/byhand", "engine._said = value as string;", ""],
  ["engine/effects", "!above.engine || /^clos/.test(above.engine.readyState)", "!above.engine"],
  ["engine/effects", '?.readyState == "opening"', ""],
  ["engine/effects", "kind && engine.hostname", "kind"],
  ["engine/effects", "other?._links.has(link) ? other : engine", "engine"],
  ["engine/effects", "engine._links.forget(link);", ""],
  ["engine/effects", "t && t == engine._link", "t"],
  ["engine/effects", "engine._writer.held = true;", ""],
  ["engine/effects", "engine._error = undefined;", ""],
  ["engine/takers", "takers.add(placeOf(above));", ""],
  ["engine/revision", "else older.delete(placeOf(above));", ""],
  ["engine/revision", "if (!anyRevision(above.opts)) return;", ""],
  ["engine/revision", "anyRevision(above.opts) ? ", "true ? "],
  ["engine/revision", "_host.secure, ", ""],
  ["engine/first", "if (key != this._key) return void this.close();", ""],
  ["engine/first", "queueMicrotask(() => {", "(() => {"],
  ["bridge/calls", "queue = [];", ""],
  ["bridge/calls", "effects.length = 0;", ""],
  ["bridge/calls", "if (depth) return;", ""],
  ["bridge/calls", "if (!units.length || of.grown?.()) view(of);", ""],
  ["bridge/calls", "kind == Rx.More;", "n == SHORT;"],
  ["bridge/calls", "queueMicrotask(perform);", ""],
  ["bridge/calls", "a.slice(0, units.length - used)", "a"],
  ["bridge/calls", "Math.min(wait, 1e9)", "wait"],
  ["bridge/calls", "clearTimeout(timer);", ""],
  ["bridge/calls", "if (Date.now() >= due) tick();", ""],
  ["bridge/calls", "Memory.Effect + count", "Memory.Numbers"],
  ["bridge/calls", "effects.splice(i, 1)[0]!", "effects[i]!"],
  ["bridge/calls", "filter(([op, args]) => !fits(op, args))", "filter(([op, args]) => fits(op, args))"],
  ["bridge/wasm", "compiled ||= new", "compiled = new"],
  ["bridge/wasm", "if (!(e instanceof RangeError)) throw refused(e);", "throw refused(e);"],
  ["bridge/nowasm", "(from >>> 0) + n", "n"],
  ["bridge/start", "if (state != \"idle\") return;", ""],
  ["bridge/start", "state = \"idle\"; discard(); report(", "state = \"idle\"; report("],
  ["bridge/start", "if (faults.length > FAULTS)", "if (false)"],
  ["tables", "this._free.pop() ?? this._all.length", "this._all.length"],
  ["engine/transports/polling", "if (!left) end(", "end("],
  ["engine/transports/polling", "broken || ", ""],
  ["engine/transports/polling", "if (ended || !got) return;", "if (!got) return;"],
  ["engine/transports/polling", "release?.();", ""],
  ["engine/transports/polling", "keepalive: keepalive && ((body as Blob).size ?? (body as string).length) < 2e4,", ""],
  ["engine/transports/polling", "line = line\n", "line = Promise.resolve()\n"],
  ["engine/transports/polling", "queueMicrotask(() => sink.closed(t, error));", "sink.closed(t, error);"],
  ["engine/transports/payload", "/[^\\0-\\x7f]/g", "/[^\\0-\\xff]/g"],
  ["engine/transports/payload", "const escapes = generation.twiceEncoded && !plain;", "const escapes = false;"],
  ["engine/transports/payload", "generation.binaryPolling && !base64 &&", "generation.binaryPolling &&"],
  ["engine/transports/payload", "digits(size + 1)", "digits(size)"],
  ["engine/transports/payload", "if (bytes[at] != MESSAGE) return;", ""],
  ["engine/transports/payload", "if (!(bytes[at]! < 10)) return;", "if (at > 9999) return;"],
  ["engine/transports/payload", "|| end > bytes.length", ""],
  ["engine/transports/payload", "if (first! > BINARY)", "if (false)"],
  ["engine/transports/payload", 'if (typeof frames[last] == "string") frames[last] += text;\n      else', ""],
  ["engine/transports/polling", "if (text && !post && !asksBase64)", "if (text && !post)"],
  ["engine/transports/polling", "if (text && !post && !asksBase64) t.plain = true;", ""],
  ["engine/transports/polling", "if (text && !post && !asksBase64)", "if (text && !asksBase64)"],
  ["engine/transports/polling", "base64: opts.forceBase64,", ""],
  ["engine/transports/websocket", "description: bare(e)", "description: e"],
  ["engine/transports/websocket", "context: bare(e)", "context: e"],
  ["engine/transports/websocket", "[address].concat(protocols)", "[]"],
  ["engine/transports/polling", "redactError(e, sent)", "e"],
  ["engine/transports/polling", "limit > 0 ?", "opts.requestTimeout ?"],
  ["auth/token", "if (this._given !== undefined) source.given = this._given;", ""],
  ["auth/token", "if (source?.users.size == 1) source.given = undefined;", ""],
  ["socket/namespace", "if (socket._asking != asking) return;", ""],
  ["auth/redact", "...texts.flatMap((v) => v.split(/\\s+/))", ""],
  ["auth/redact", "...words.map(encoded)", ""],
  ["auth/redact", "redact(text, tokens).replace(", "redact(text, tokens); text.replace("],
  ["auth/redact", '.replace(/\\b[a-z][a-z+.-]*:\\/\\/\\S*/gi, "URL")', ""],
  ["auth/redact", "if (e instanceof DOMException) return", "if (0) return"],
  ["engine/transports/websocket", "if (ended) return;\n    ended = true;", ""],
  ["engine/transports/websocket", "ws.onopen = ws.onmessage = ws.onerror = ws.onclose = null;", ""],
  ["engine/transports/websocket", 'typeof p != "string" && t.generation.binaryTyped', "false"],
  ["engine/transports/websocket", 't.generation.binaryTyped && typeof data != "string"', "false"],
  ["url", "polls && o.timestampRequests !== false", "polls"],
  ["url", "polls && !query.sid", "polls"],
  ["url", "(?:[^@/?#]*@)?", ""],
  ["url", 'loc.protocol == "blob:" ? loc.origin! : ', ""],
  ["url", "^(https?:)", "^(.*:)"],
  ["options", "v === false ? 0 : ", ""],
  ["options", "Number(v) <= 1 ? ", "true ? "],
  ["url", "secure ? 443 : 80", "80"],
  ["auth/claims", "&& !Array.isArray(claims)", ""],
  ["auth/claims", '.replace(/_/g, "/")', ""],
  ["auth/redirect", "!/^https?:$/.test(url.protocol) &&", "false &&"],
  ["auth/redirect", "(away || !url.host)", "away"],
  ["auth/redirect", '.replace(/^\\/(?=[/\\\\])/, "/./")', ""],
  ["auth/redirect", 'u.protocol + "//" + u.host', "u.origin"],
  ["auth/redirect", "away && !redirectOrigins", "!redirectOrigins"],
  ["auth/redirect", "at.searchParams.delete(returnTo);", ""],
  ["auth/redirect", "(!url.hash || route(at) == route(url)) &&", ""],
  ["auth/redirect", "away ? at.href :", ""],
  ["auth/trail", "began < leftAt + span", "true"],
  ["auth/trail", "began > leftAt - 100", "true"],
  ["auth/trail", "[...(led ||= read()), place(url)]", "[place(url)]"],
  ["options", "&& new Set(v).size == v.length", ""],
  ["options", "(v as unknown[] | undefined)?.length && ", ""],
  ["options", "generationOf(Number(o.protocol)).bareConnect", "false"],
  ["options", ".some((row) => row.can.header)", ".length"],
  ["options", ".some((row) => row.revision)", ".length < 0"],
  ["auth/crosstab", "if (refused) forget(refused);", ""],
  ["auth/crosstab", "&& m[2] <= Date.now() + 1e3", ""],
  ["auth/crosstab", "for (const fn of [...changed]) fn(m[1], m[2]);", ""],
  ["auth/crosstab", "return () => changed.delete(fn);", "return () => {};"],
  ["auth/crosstab", "|| expiry <= expiryOf(claimsOf(refused))!", ""],
  ["auth/crosstab", "token == dead || ", ""],
  ["auth/crosstab", "(fresh && ", "("],
  ["auth/crosstab", "at > Date.now() + 1e3 ? 0 : at", "at"],
  ["auth/crosstab", "|| !(at >= floor)", ""],
  ["auth/crosstab", "if (knownAt < floor) known = undefined;", ""],
  ["auth/crosstab", "|| (user(mine) ?? user(known)) !== user(known)", ""],
  ["auth/crosstab", "&& !past.includes(token!)", ""],
  ["auth/crosstab", "&& user(mine) !== undefined", ""],
  ["auth/crosstab", "reason == \"invalid\" && ", ""],
  ["auth/crosstab", "&& !(named && round == 1)", ""],
  ["auth/crosstab", "if (since !== undefined && !named) return provide();", ""],
  ["auth/crosstab", "|| at < floor", ""],
  ["auth/crosstab", "round == rounds && ", ""],
  ["auth/crosstab", "usable(refused) || (await", "(await"],
  ["auth/crosstab", "(await askTabs(refused)) ||", ""],
  ["auth/crosstab", "if (others < 1) return;", ""],
  ["auth/crosstab", "setTimeout(() => wait.abort(), patience)", "0 as any"],
  ["auth/crosstab", "if (asked) throw e;", ""],
  ["auth/crosstab", "Math.abs(Date.now() - knownAt)", "(Date.now() - knownAt)"],
  ["auth/crosstab", ".catch(stop)", ".catch(() => {})"],
  ["auth/crosstab", "if (token == known) known = undefined;", "known = undefined;"],
  ["auth/crosstab", "for (const release of [...releases]) release();", ""],
  ["auth/crosstab", "closed ? undefined : usable", "usable"],
  ["auth/crosstab", "(closed ? undefined : provideInTime())", "provideInTime()"],
  ["auth/crosstab", ".finally(() => clearTimeout(timer))", ""],
  ["auth/acknowledgement", "if (i < 0) return;", ""],
  ["auth/acknowledgement", "this._called();", ""],
  ["auth/acknowledgement", "this._pending = [];", ""],
  ["auth/hooks", 'typeof result == "string" ? result : undefined', "result as string"],
  ["auth/hooks", "report(e);", ""],
  ["auth/leave", "|| clock() < leaving", ""],
  ["auth/leave", "if (location.href == to) leaving = 0;", ""],
  ["auth/leave", "(!accepted && ledHere(to))", "ledHere(to)"],
  ["auth/leave", "() => (leaving = 0)", "() => {}"],
  ["auth/numbers", "KEPT - 1", "99"],
  ["auth/numbers", "if (known) return known[0];", ""],
  ["auth/refusal", '&& data != outer.message', ""],
  ["auth/refusal", "(flat ? outer : undefined)", "outer"],
  ["auth/refusal", "inner.type ?? inner.name ?? outer.type", "inner.type"],
  ["auth/refusal", '|| !(fatalReasons as readonly unknown[]).includes(error.reason)', ""],
  ["auth/refusal", "said.message ||", ""],
  ["auth/source", "if (this.users.size) return;", ""],
  ["auth/source", "if (!this._awaits(call)) return;\n    this._begun", "this._begun"],
  ["auth/source", "if (!this._awaits(call)) return;\n          this.threw", "this.threw"],
  ["auth/source", "if (this.users.size || this._call ||", "if (this.users.size ||"],
  ["auth/source", 'cause == "reconnect" ? undefined : ', ""],
  ["auth/source", "this.since = undefined;", ""],
  ["auth/source", "finalOf(error)?.reason || Reason.None", "Reason.None"],
  ["auth/ways", 'this.text && this.by("auth")', 'this.by("auth")'],
  ["auth/ways", "scheme && scheme + \" \"", "scheme + \" \""],
  ["auth/token", "this._said = undefined;\n      control(Op.Hook", "control(Op.Hook"],
  ["auth/token", "this._source.accepted();", ""],
  ["auth/token", "socket._active = !fatal;", ""],
  ["auth/token", "!socket.connected) socket.emitReserved", "socket.connected) socket.emitReserved"],
  ["auth/token", "if (known || reason || certain) {", "if (known) {"],
  ["socket/acks", "if (epoch != socket._epoch) return;", ""],
  ["socket/acks", "epoch = -1;", ""],
  ["socket/acks", "if (ack.withError) data.unshift(null);", ""],
  ["socket/acks", 'if (socket.sendBuffer.some((p) => "" + p.id == id)) continue;', ""],
  ["socket/effects", "socket.recovered = !!pid && socket._pid === pid;", ""],
  ["socket/outgoing", "held.splice(0, n);", ""],
  ["socket/namespace", "&& socket.id == bareId(socket)", ""],
  ["socket/retries", "if (item !== socket._queue[0]) return;", ""],
  ["socket/retries", "&& !again", ""],
  ["bridge/calls", "opts.useNativeTimers", "true"],
  ["manager/incoming", 'if (this.partial) throw new Error("illegal attachments");', ""],
  ["manager/incoming", "if (packet != this._due) return;", ""],
  ["manager/effects", "manager._settle(error);", ""],
];

/** The tests of a module bear the last part of its name, except these, which are named by a module or its folder. */
const tests = { "auth/crosstab": ["crosstab", "crosstab-users"], "auth/token": ["token", "login"], "engine/takers": ["socket"], "bridge/calls": ["calls", "start"], "bridge/nowasm": ["wasm"], socket: ["socket"], manager: ["manager"] };
const testsOf = (module) => (tests[module] || tests[module.split("/")[0]] || [module.split("/").at(-1)]).map((name) => join(root, `js/test/${name}.test.mjs`));

const fit = process.argv.includes("--fit");
const wanted = process.argv.slice(2).find((arg) => !arg.startsWith("--")) ?? "";
const survivors = [];
let noticed = 0;
/** Runs the tests of a module on the copy of the sources: did they pass? */
function passes(module) {
  const { status } = spawnSync(process.execPath, [join(root, "js/test/run.mjs"), ...testsOf(module)], {
    cwd: root,
    env: { ...process.env, JS_TEST_SRC: copy, JS_TEST_OUT: out, JS_TEST_TIMEOUT: "20000" },
    stdio: "ignore",
  });
  return status === 0;
}

const sound = new Set(); // modules whose tests pass on the sources as they are
for (const [module, from, to] of mutants) {
  if (!module.startsWith(wanted)) continue;
  const text = readFileSync(join(root, "js/src", module + ".ts"), "utf8");
  const spoilt = edit(text, from, to);
  const missing = testsOf(module).find((file) => !existsSync(file));
  if (missing) {
    console.error(`${module}: there is no ${missing}`);
    process.exitCode = 1;
    continue;
  }
  if (spoilt.times !== 1) {
    console.error(`${module}: ${JSON.stringify(from)} is there ${spoilt.times} times: bring the list up to date`);
    process.exitCode = 1;
    continue;
  }
  if (fit) continue;
  rmSync(join(root, copy), { recursive: true, force: true });
  cpSync(join(root, "js/src"), join(root, copy), { recursive: true });
  if (!sound.has(module) && !passes(module)) {
    console.error(`${module}: its tests fail on the sources as they are`);
    process.exitCode = 1;
    break;
  }
  sound.add(module);
  writeFileSync(join(root, copy, module + ".ts"), spoilt.text);
  if (!passes(module)) noticed++;
  else survivors.push(`${module}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`);
}
rmSync(join(root, "build/js-mutants"), { recursive: true, force: true });
for (const s of survivors) console.error("not noticed: " + s);
if (survivors.length) process.exitCode = 1;
if (!fit) console.log(`js mutants: ${noticed} of ${noticed + survivors.length} noticed`);
