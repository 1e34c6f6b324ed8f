#!/usr/bin/env node
// Would the suite notice? Takes the official client, spoils one thing in it, has it stand in for ours, and demands that
// a behaviour fails. Not part of the tests: minutes. node e2e/compare/mutants.mjs [text]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edit } from "../../js/test/edit.mjs";

// [what, in which files of behaviours it has to be seen, code, code instead]; comments and layout do not matter
const MUTANTS = [
  ["disconnect without its reason", "connect", 'this.emitReserved("disconnect", reason, description)', 'this.emitReserved("disconnect")'],
  ["the id stays after disconnect", "connect", "delete this.id;", ""],
  ["active for ever", "connect", "return !!this.subs;", "return true;"],
  ["connect() on a connected socket connects again", "connect", "if (this.connected)\n      return this;", ""],
  ["the last namespace leaves the connection open", "connect", "this._close();", ""],
  ["emit() hands back nothing", "events,emitter", "this.flags = {};\n    return this;", "this.flags = {};"],
  ["reserved names are sent", "events", 'throw new Error(\'"\' + ev.toString() + \'" is a reserved event name\');', ""],
  ["held events in reverse", "events", "this.sendBuffer.forEach((packet) => {", "this.sendBuffer.reverse().forEach((packet) => {"],
  ["held events are sent again", "events", "this.sendBuffer = [];\n  }", "}"],
  ["off() takes all", "emitter", "callbacks.splice(i, 1);\n      break;", "callbacks.splice(i, 1); i--;"],
  ["listeners are not copied", "emitter", "callbacks = callbacks.slice(0);", ""],
  ["an answer twice", "acks", "if (sent)\n        return;", ""],
  ["callbacks stay after their answer", "acks", "delete this.acks[packet.id];", ""],
  ["no null before the answer", "acks", "packet.data.unshift(null);", ""],
  ["timed out events stay in the queue", "acks", "this.sendBuffer.splice(i, 1);", ""],
  ["no error when the connection goes", "acks", 'ack.call(this, new Error("socket has been disconnected"));', ""],
  ["prependAny appends", "catchall", "this._anyListeners.unshift(listener);", "this._anyListeners.push(listener);"],
  ["onAny after the others", "catchall", "super.emit.apply(this, args);", ""],
  ["volatile is not dropped", "volatile", "const discardPacket = this.flags.volatile && !isTransportWritable;", "const discardPacket = false;"],
  ["one retry too many", "retries", "packet.tryCount > this._opts.retries", "packet.tryCount > this._opts.retries + 1"],
  ["the queue does not wait", "retries", "if (packet.pending && !force) {\n      return;\n    }", ""],
  ["toJSON is not followed for bytes", "values,binary", "return hasBinary(obj.toJSON(), true);", "return false;"],
  ["Blobs are no bytes", "binary", " || withNativeBlob2 && obj instanceof Blob || withNativeFile && obj instanceof File", ""],
  ["delays do not double", "reconnect", "Math.pow(this.factor, this.attempts++)", "Math.pow(1, this.attempts++)"],
  ["no maximum of the delay", "reconnect", "return Math.min(ms, this.max) | 0;", "return ms | 0;"],
  ["attempts are not counted anew", "reconnect", "this.backoff.reset();", ""],
  ["reconnect without its number", "reconnect", 'this.emitReserved("reconnect", attempt);', 'this.emitReserved("reconnect");'],
  ["the engine's id stays", "engine", "this.id = null;", ""],
  ["no upgrade event", "engine", 'this.emitReserved("upgrade", transport);', ""],
  ["every call shares its connection", "namespaces", "const sameNamespace = cache[id] && path in cache[id][\"nsps\"];", "const sameNamespace = false;"],
  ["path is no part of what is shared", "namespaces", "id = parsed.id;", "id = parsed.host + parsed.port;"],
  ["query is forgotten", "options", "const query = Object.assign({}, this.opts.query);", "const query = {};"],
  ["extraHeaders are forgotten", "options", "xhr.setRequestHeader(i, this._opts.extraHeaders[i]);", ""],
  ["no timestamps", "options", "query[this.opts.timestampParam] = randomString();", ""],
  ["cookies always", "options", "xhr.withCredentials = this._opts.withCredentials;", "xhr.withCredentials = true;"],
  ["tryAllTransports tries one", "options", "this.opts.tryAllTransports &&", "false &&"],
  ["upgrades although told not to", "options", "this.opts.upgrade) {", "true) {"],
  ["auth functions are sent as they are", "options,start", 'typeof this.auth == "function"', "false"],
  ["no data with a refusal", "errors", "err.data = packet.data.data;", ""],
  ["no HTTP status", "errors", "this.description = description;", ""],
  ["maxPayload is forgotten", "errors", "return this.writeBuffer.slice(0, i);", ""],
  ["parse errors are swallowed", "errors", 'this.onclose("parse error", e);', ""],
  ["heartbeats are not watched", "errors", 'this._onClose("ping timeout");\n    }, delay);', "}, delay);"],
  ["recovered is never set", "recovery", "this.recovered = pid && this._pid === pid;", "this.recovered = false;"],
  ["the place to go on from is not kept", "recovery", "this._lastOffset = args[args.length - 1];", ""],
  ["offline means nothing", "platform", "OFFLINE_EVENT_LISTENERS.push(this._offlineEventListener);", ""],
  ["a sleeping timer is not noticed", "platform", "const hasExpired = Date.now() > this._pingTimeoutTime;", "const hasExpired = false;"],
  ["beforeunload closes nothing", "platform", "this.transport.removeAllListeners();\n            this.transport.close();", ""],
  ["the parser given is not used", "parser", "const _parser = opts.parser || esm_exports;", "const _parser = esm_exports;"],
  ["early events are lost", "corners", "this.receiveBuffer.push(Object.freeze(args));", ""],
  ["reconnection(false) does not stop", "corners", "this.skipReconnect = true;\n    }\n    return this;", "}\n    return this;"],
];

const stage = await mkdtemp(join(tmpdir(), "mutants-"));
process.env.COMPARE_DIST = stage;
const { bundle } = await import("./host/bundle.mjs");
const { groups } = await import("./behaviours/index.mjs");
const { COLUMNS, openHall } = await import("./host/lanes.mjs");
const { jobsOf } = await import("./host/jobs.mjs");

const original = await bundle("official.js");
const ours = COLUMNS[4].filter((column) => column.id === "ours");
const wanted = process.argv[2];
const survivors = [];
const hall = await openHall({ lanes: 3 });
try {
  for (const [what, files, from, to] of MUTANTS) {
    if (wanted && !what.includes(wanted)) continue;
    const spoilt = edit(original, from, to);
    if (!spoilt.times) throw new Error(`${what}: the official client has no such code any more`);
    await writeFile(join(stage, "index.js"), spoilt.text);
    let seen;
    const jobs = jobsOf(groups.filter((group) => files.split(",").includes(group.file)), ours);
    await hall.run(jobs, (result) => (seen ??= result.ok ? undefined : result) && "stop");
    console.log(`${seen ? "seen    " : "SURVIVED"} ${what}${seen ? ` — ${seen.file} · ${seen.name} · ${seen.mode}` : ""}`);
    if (!seen) survivors.push(what);
  }
} finally {
  await hall.close();
  await rm(stage, { recursive: true });
}
console.log(`\n${survivors.length ? `not seen: ${survivors.join("; ")}` : "every one was seen"}`);
process.exitCode = survivors.length ? 1 : 0;
