import test from "node:test";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import http from "node:http";
import { once } from "node:events";
import { leaf, page, recorder, settled } from "./tools.mjs";

const fire = page();
const { polling } = await leaf("engine/transports/polling");
const { generationOf } = await leaf("bridge/bridge.gen");

/** A server whose answers the test gives, request by request. Stops with the test. */
async function scripted(t) {
  const requests = [];
  const waiting = [];
  const server = http.createServer(async (req, res) => {
    const chunks = [];
    // Node 20's fetch times a connection that it keeps, and once in many runs of a busy machine its timer threw: "Cannot
    // destructure property 'socket' of 'parser.deref(...)'".
    res.shouldKeepAlive = false;
    req.on("error", () => {});
    try {
      for await (const c of req) chunks.push(c);
    } catch (e) {}
    const request = {
      method: req.method, url: req.url, headers: req.headers, body: Buffer.concat(chunks), res,
      gone: new Promise((r) => res.on("close", () => r(!res.writableFinished))),
      answer: (body = "ok", status = 200, headers = {}) => res.writeHead(status, { "content-type": "text/plain; charset=UTF-8", ...headers }).end(body),
    };
    if (waiting.length) waiting.shift()(request);
    else requests.push(request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => { server.closeAllConnections(); server.close(); });
  return {
    url: `http://127.0.0.1:${server.address().port}/socket.io/?EIO=4`,
    next: () => (requests.length ? Promise.resolve(requests.shift()) : new Promise((r) => waiting.push(r))),
    pending: () => requests.length,
    server,
  };
}

async function start(t, opts = {}) {
  const server = await scripted(t);
  const r = recorder();
  const transport = polling(() => server.url, opts, r.sink);
  t.after(() => transport.close());
  return { server, transport, ...r };
}

test("a GET is asked for, its body handed over as it is, the next one only on poll()", async (t) => {
  const { server, transport, next } = await start(t);
  assert.equal(transport.name, "polling");
  transport.open();
  const get = await server.next();
  assert.deepEqual([get.method, get.url, get.body.length], ["GET", "/socket.io/?EIO=4", 0]);
  get.answer('0{"sid":"é€😀"}\x1e2', 200, { date: "Thu, 01 Jan 1970 00:00:01 GMT" });
  const { args: [text, response] } = await next("data");
  assert.equal(text, '0{"sid":"é€😀"}\x1e2');
  assert.equal(response.headers.get("date"), "Thu, 01 Jan 1970 00:00:01 GMT");
  await settled();
  assert.equal(server.pending(), 0);
  transport.poll();
  transport.poll();
  (await server.next()).answer("6");
  assert.equal((await next("data")).args[0], "6");
  assert.equal(server.pending(), 0, "one GET at a time");
});

test("the last requests of a connection that ends have its own token, whoever has come meanwhile", async (t) => {
  let user = "ann";
  const { server, transport, next } = await start(t, { headers: () => (user ? { Authorization: user } : undefined) });
  transport.open();
  (await server.next()).answer('0{"sid":"e"}');
  await next("data");
  transport.send(["4first"]);
  user = "ann, renewed";
  const done = new Promise((r) => transport.finish([["41"]], r));
  for (const next of ["bob", ""]) {
    user = next;
    const post = await server.next();
    assert.equal(post.headers.authorization, "ann, renewed", String(post.body));
    post.answer();
  }
  const goodbye = await server.next();
  assert.deepEqual([String(goodbye.body), goodbye.headers.authorization], ["1", "ann, renewed"]);
  goodbye.answer();
  await done;
});

test("a character split between chunks arrives whole", async (t) => {
  const { server, transport, next } = await start(t);
  transport.open();
  const get = await server.next();
  const bytes = Buffer.from("4€😀é");
  get.res.writeHead(200);
  for (const b of bytes) {
    get.res.write(Buffer.of(b));
    await settled(1);
  }
  get.res.end();
  assert.equal((await next("data")).args[0], "4€😀é");
});

test("packets of Engine.IO 4 are posted in one body, binary as base64", async (t) => {
  const { server, transport, next } = await start(t);
  const buffer = new Uint8Array([1, 2, 255]);
  transport.send(["42[\"é€😀\"]", buffer, buffer.subarray(1, 2), new DataView(buffer.buffer, 2), buffer.buffer, new ArrayBuffer(0), "2"]);
  buffer.fill(0); // what is changed after send() is not what was sent
  assert.equal(transport.writable, false);
  const post = await server.next();
  assert.equal(post.method, "POST");
  assert.equal(post.headers["content-type"], "text/plain;charset=UTF-8");
  assert.equal(post.body.toString(), "42[\"é€😀\"]\x1ebAQL/\x1ebAg==\x1eb/w==\x1ebAQL/\x1eb\x1e2");
  post.answer();
  await next("drained");
  assert.equal(transport.writable, true);
});

test("packets of Engine.IO 3 are counted in UTF-16 units and are ASCII, so that 1.x and 2.x read the same", async (t) => {
  const { server, transport } = await start(t, { forceBase64: true });
  transport.generation = generationOf(3);
  transport.send(['42["é€😀\u2028\ud800"]', new Uint8Array([1, 2, 255]), "2", "40/münchen,"]);
  const body = (await server.next()).body.toString();
  const json = '42["\\u00e9\\u20ac\\ud83d\\ude00\\u2028\\ud800"]';
  assert.equal(body, `${json.length}:${json}6:b4AQL/1:211:40/münchen,`);
  assert.deepEqual(JSON.parse(json.slice(2)), ["é€😀\u2028\ud800"]);
});

const octets = { "content-type": "application/octet-stream" };

test("a body of octets is handed over frame by frame, and the server may read text twice", async (t) => {
  const { server, transport, next } = await start(t);
  transport.generation = generationOf(3);
  transport.open();
  (await server.next()).answer(Buffer.from([0, 1, 255, 0x32, 1, 3, 255, 4, 7, 8, 0, 1, 255, 0x33]), 200, octets);
  assert.equal((await next("data")).args[0], "1:2");
  assert.deepEqual([...new Uint8Array((await next("data")).args[0])], [7, 8]);
  const { args: [last, response] } = await next("data");
  assert.equal(last, "1:3");
  assert.ok(response instanceof Response);
  for (let i = 0; i < 2; i++) { // the answer to a POST is text from every server
    transport.send(['42["é"]']);
    const post = await server.next();
    assert.equal(post.body.toString(), '12:42["\\u00e9"]');
    post.answer();
  }
});

test("a server that answers in text unasked reads text once", async (t) => {
  const { server, transport, next } = await start(t);
  transport.generation = generationOf(3);
  transport.open();
  (await server.next()).answer('97:0{"sid":"s"}');
  await next("data");
  transport.send(['42["é"]']);
  assert.equal((await server.next()).body.toString(), '7:42["é"]');
});

for (const opts of [{ forceBase64: true }, { query: { b64: 1 } }])
  test(`a server that answers in text because it was asked to reads text twice: ${JSON.stringify(opts)}`, async (t) => {
    const { server, transport, next } = await start(t, opts);
    transport.generation = generationOf(3);
    transport.open();
    (await server.next()).answer('97:0{"sid":"s"}');
    await next("data");
    transport.send(['42["é"]']);
    assert.equal((await server.next()).body.toString(), '12:42["\\u00e9"]');
  });

test("bytes are posted as octets, or as base64 where the page wants that", async (t) => {
  for (const [opts, type, body] of [[{}, "application/octet-stream", Buffer.from([0, 1, 255, 0x32, 1, 3, 255, 4, 7, 8])], [{ forceBase64: true }, "text/plain;charset=UTF-8", Buffer.from("1:26:b4Bwg=")]]) {
    const { server, transport } = await start(t, opts);
    transport.generation = generationOf(3);
    transport.send(["2", Uint8Array.of(7, 8)]);
    const post = await server.next();
    assert.equal(post.headers["content-type"], type);
    assert.deepEqual(post.body, body);
  }
});

test("a session that is not wanted any more is closed in octets where the server answered in octets", async (t) => {
  const { server, transport } = await start(t);
  transport.open();
  const get = await server.next();
  transport.close();
  const hello = Buffer.from('0{"sid":"abc"}');
  get.answer(Buffer.from([0, ...[...String(hello.length)].map(Number), 255, ...hello]), 200, octets);
  const post = await server.next();
  assert.equal(post.method, "POST");
  assert.equal(post.body.toString(), "1:1");
});

test("blobs keep their place", async (t) => {
  const { server, transport } = await start(t);
  transport.send(["a", new Blob(["hello"]), "b", new File(["x"], "x"), "c"]);
  transport.send(["d"]);
  const first = await server.next();
  assert.equal(first.body.toString(), "a\x1ebaGVsbG8=\x1eb\x1ebeA==\x1ec");
  first.answer();
  assert.equal((await server.next()).body.toString(), "d");
});

test("a Blob that cannot be read ends the transport", async (t) => {
  const { transport, next } = await start(t);
  const blob = new Blob(["x"]);
  blob.arrayBuffer = () => Promise.reject(new Error("NotReadable"));
  transport.send([blob]);
  const { args: [error] } = await next("closed");
  assert.equal(error.message, "xhr post error");
});

test("POSTs go one after the other, drained comes after the last", async (t) => {
  const { server, transport, next, calls } = await start(t);
  transport.send(["a"]);
  transport.send(["b"]);
  const a = await server.next();
  await settled();
  assert.equal(server.pending(), 0, "b waits for a");
  a.answer();
  const b = await server.next();
  assert.equal(b.body.toString(), "b");
  assert.deepEqual(calls, []);
  b.answer();
  await next("drained");
  assert.deepEqual(calls, ["drained"]);
});

test("events never run inside a call of the transport", async (t) => {
  const { server, transport, calls, next } = await start(t);
  transport.open();
  await null; // the GET is sent when the caller has done what he does
  transport.send(["a"]);
  transport.pause();
  assert.deepEqual(calls, []);
  (await server.next()).answer();
  (await server.next()).answer();
  await next("paused");
  const before = calls.length;
  transport.close();
  assert.equal(calls.length, before);
  await next("closed");
});

test("an exception of fetch itself is reported later, too", async () => {
  const r = recorder();
  const transport = polling(() => { throw new Error("mine"); }, {}, r.sink);
  transport.open();
  assert.deepEqual(r.calls, []);
  const { args: [error] } = await r.next("closed");
  assert.equal(error.message, "xhr poll error");
});

for (const [status, body] of [[400, '{"code":5}'], [401, ""], [403, "é"], [404, "<html>"], [413, ""], [500, "x"], [502, "Bad gateway"], [204, ""], [202, "x"]])
  for (const way of ["poll", "post"])
    test(`${status} to a ${way}`, async (t) => {
      const { server, transport, next } = await start(t);
      server.url += "&token=SECRET";
      way == "poll" ? transport.open() : transport.send(["x"]);
      (await server.next()).answer(body, status);
      const { args: [error] } = await next("closed");
      assert.equal(error.message, `xhr ${way} error`);
      assert.equal(error.description, status);
      assert.equal(error.status, status);
      assert.equal(error.context.status, status);
      assert.equal(error.context.responseText, body);
      assert.equal(error.context.url, "", "an address can hold a token");
    });

for (const way of ["poll", "post"])
  test(`an error page that quotes the address or the header, ${way}: without the token`, async (t) => {
    const { server, transport, next } = await start(t, { secrets: () => ["SECRET-1/2", "Bearer SECRET-1/2"] });
    way == "poll" ? transport.open() : transport.send(["x"]);
    (await server.next()).answer("no /socket.io/?token=SECRET-1%2F2 here, Bearer SECRET-1/2", 404);
    const { args: [error] } = await next("closed");
    assert.equal(error.context.responseText, "no /socket.io/?token=… here, Bearer …");
    assert.equal(await error.context.text(), error.context.responseText);
  });

/** What the browser does not send, and says so: [how the request is made wrong, what its message is known by]. */
const unsendable = {
  "an address that is none": [(server) => (server.url = "http://[/?token=SECRET")],
  "an address with a user": [(server) => (server.url = server.url.replace("://", "://SECRET:SECRET@") + "&token=SECRET")],
  "a header that is none": [() => {}, { extraHeaders: { Authorization: "Bearer SECRET\nSECRET" } }],
  "a token's header that is none": [() => {}, { headers: () => ({ Authorization: "Bearer SECRET\0" }) }],
};
for (const [name, [spoil, opts]] of Object.entries(unsendable))
  for (const way of ["poll", "post"])
    test(`a request that is not sent, ${way}: ${name}: the error quotes nothing of it`, async (t) => {
      const { server, transport, next } = await start(t, opts);
      spoil(server);
      way == "poll" ? transport.open() : transport.send(["x"]);
      const { args: [error] } = await next("closed");
      assert.ok(error.context instanceof TypeError);
      assert.equal(error.context.name, "TypeError");
      assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /SECRET/);
    });

test("no answer: the server hangs up, is not there, cuts the body in half", async (t) => {
  for (const how of ["hang up", "cut", "absent"]) {
    const { server, transport, next, calls } = await start(t);
    if (how == "absent") await new Promise((r) => server.server.close(r));
    transport.open();
    if (how != "absent") {
      const get = await server.next();
      if (how == "cut") {
        get.res.writeHead(200, { "content-length": 100 }).write("half");
        await settled();
      }
      get.res.destroy();
    }
    const { args: [error] } = await next("closed");
    assert.deepEqual([error.message, error.description, error.status], ["xhr poll error", 0, 0], how);
    assert.deepEqual(calls, ["closed"], how);
  }
});

for (const requestTimeout of ["0", "none", 0, -1, NaN, null, Infinity, 1e10])
  test(`requestTimeout ${typeof requestTimeout} ${requestTimeout} is none, as for XMLHttpRequest`, async (t) => {
    const { server, transport, next } = await start(t, { requestTimeout });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    transport.open();
    const get = await server.next();
    t.mock.timers.tick(1e6);
    get.answer("text");
    assert.equal((await next()).kind, "data");
  });

test("requestTimeout as a text is milliseconds", async (t) => {
  const { transport, next } = await start(t, { requestTimeout: "30" });
  transport.open();
  assert.equal((await next("closed")).args[0].context.name, "AbortError");
});

test("requestTimeout", async (t) => {
  const { server, transport, next, calls } = await start(t, { requestTimeout: 30 });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  transport.open();
  const get = await server.next();
  t.mock.timers.tick(29);
  await settled();
  assert.deepEqual(calls, []);
  t.mock.timers.tick(1);
  const { args: [error] } = await next("closed");
  assert.deepEqual([error.message, error.description], ["xhr poll error", 0]);
  assert.equal(await get.gone, true);
});

test("headers: the user's, those of the moment, and they are asked anew", async (t) => {
  let n = 0;
  const { server, transport, next } = await start(t, { extraHeaders: { "X-A": "1", authorization: "old" }, headers: () => ({ Authorization: "Bearer " + ++n }) });
  transport.open();
  const get = await server.next();
  assert.deepEqual([get.headers["x-a"], get.headers.authorization, get.headers["content-type"]], ["1", "Bearer 1", undefined]);
  transport.send(["x"]);
  const post = await server.next();
  assert.deepEqual([post.headers["x-a"], post.headers.authorization], ["1", "Bearer 2"]);
  post.answer();
  await next("drained");
});

test("credentials, and what survives the page", async (t) => {
  const real = globalThis.fetch;
  t.after(() => { globalThis.fetch = real; });
  const seen = [];
  globalThis.fetch = async (url, init) => {
    seen.push(init);
    return new Response("ok");
  };
  for (const [withCredentials, credentials] of [[true, "include"], [false, undefined], [undefined, undefined]]) {
    const r = recorder();
    const transport = polling(() => "http://a.example", { withCredentials }, r.sink);
    transport.open();
    await r.next("data");
    assert.equal(seen.pop().credentials, credentials);
    for (const [packets, keepalive] of [
      [["1"], true], [["41"], true], [["41/nsp,"], true], [["430[]"], true], [["42[1]", "431[\"x\"]"], true],
      [["42[1]"], false], [["2"], false], [["40{}"], false], [["43" + "x".repeat(5000)], false], [[new ArrayBuffer(2)], false],
    ]) {
      transport.send(packets);
      await r.next("drained");
      assert.equal(seen.pop().keepalive, keepalive, String(packets).slice(0, 20));
    }
    transport.close();
  }
});

test("last POSTs of all connections together outlive the page up to the browsers' 64 KiB", async (t) => {
  const real = globalThis.fetch;
  t.after(() => { globalThis.fetch = real; });
  const posts = [];
  globalThis.fetch = (url, init) => new Promise((done) => posts.push({ ...init, answer: () => done(new Response("ok")) }));
  const leave = async (text) => {
    const r = recorder();
    const transport = polling(() => "http://a.example", {}, r.sink);
    t.after(() => transport.close());
    transport.send([`42["${text}"]`, "41"]);
    await settled(1);
    const { keepalive, body, answer } = posts.pop();
    return { keepalive, bytes: Buffer.byteLength(body), done: () => (answer(), r.next("drained")) };
  };
  const first = await leave("€".repeat(15_000));
  const second = await leave("€".repeat(15_000));
  const third = await leave("x".repeat(10_000));
  assert.deepEqual([first, second, third].map((one) => one.keepalive), [true, false, true]);
  assert.ok(first.bytes + third.bytes < 65_536 && first.bytes + second.bytes > 65_536);
  await Promise.all([first.done(), second.done(), third.done()]);
  const fourth = await leave("€".repeat(15_000));
  assert.equal(fourth.keepalive, true, "the others have been answered");
  await fourth.done();
});

test("pause waits for the GET and the POST, and poll() begins again", async (t) => {
  const { server, transport, next, calls, sink } = await start(t);
  const { data } = sink;
  sink.data = (...args) => {
    data(...args);
    if (calls.includes("drained")) transport.poll(); // as a connection does that has not thought of the pause
  };
  transport.open();
  const get = await server.next();
  transport.send(["x"]);
  const post = await server.next();
  transport.pause();
  post.answer();
  await next("drained");
  assert.deepEqual(calls, ["drained"]);
  get.answer("6");
  await next("data");
  await next("paused");
  assert.deepEqual(calls, ["drained", "data", "paused"]);
  await settled();
  assert.equal(server.pending(), 0);
  transport.poll();
  (await server.next()).answer("2");
  assert.equal((await next("data")).args[0], "2");
});

test("pause with nothing in flight", async (t) => {
  const { transport, next } = await start(t);
  transport.pause();
  await next("paused");
});

test("closed after the server's handshake: the transport ends that session at the server", async (t) => {
  const { server, transport, next } = await start(t);
  transport.open();
  (await server.next()).answer('0{"sid":"abc"}');
  await next("data");
  transport.close();
  const post = await server.next();
  assert.deepEqual([post.method, post.body.toString()], ["POST", "1"]);
  post.answer();
});

test("a server's framing is known by its answers to GET: a POST's \"ok\" is text everywhere", async (t) => {
  const { server, transport, next } = await start(t);
  transport.generation = generationOf(3);
  transport.open();
  const get = await server.next();
  transport.send(["2"]);
  (await server.next()).answer();
  await next("drained");
  assert.equal(transport.plain, undefined);
  get.answer("1:6");
  await next("data");
  assert.equal(transport.plain, true);
});

for (const [generation, answer, goodbye] of [["4", '0{"sid":"abc"}', "1"], ["3", '15:0{"sid":"abc"}2:40', "1:1"]])
  test(`closed while the server is asked for a session, Engine.IO ${generation}: the session is ended`, async (t) => {
    const { server, transport, next, calls } = await start(t, { handshaken: (sid) => (server.url = server.url.replace("token=SECRET", "sid=" + sid)) });
    server.url += "&token=SECRET";
    transport.open();
    const get = await server.next();
    transport.close();
    await next("closed");
    get.answer(answer);
    const post = await server.next();
    assert.equal(post.method, "POST");
    assert.equal(post.body.toString(), goodbye);
    assert.match(post.url, /sid=abc/);
    assert.doesNotMatch(post.url, /SECRET/);
    post.answer();
    await settled();
    assert.deepEqual(calls, ["closed"]);
  });

test("closed while the server is asked for a session, which it refuses: nothing more is said", async (t) => {
  const { server, transport, next } = await start(t);
  transport.open();
  const get = await server.next();
  transport.close();
  await next("closed");
  get.answer('{"code":5}', 400);
  await settled();
  assert.equal(server.pending(), 0);
});

test("a transport that is closed during its handshake has no timer any more once the server has answered", async (t) => {
  for (const [answer, status] of [['0{"sid":"abc"}', 200], ['{"code":5}', 400]]) {
    const { server, transport, next } = await start(t);
    const timers = new Set();
    const { setTimeout, clearTimeout } = globalThis;
    const begun = t.mock.method(globalThis, "setTimeout", (...args) => {
      const timer = setTimeout(...args);
      timers.add(timer);
      return timer;
    });
    const ended = t.mock.method(globalThis, "clearTimeout", (timer) => (timers.delete(timer), clearTimeout(timer)));
    transport.open();
    const get = await server.next();
    transport.close();
    await next("closed");
    assert.equal(timers.size, 1, "a server that does not answer is not awaited for ever");
    get.answer(answer, status);
    if (status == 200) (await server.next()).answer(); // the end of that session
    while (timers.size) await settled();
    begun.mock.restore();
    ended.mock.restore();
  }
});

test("closed in the task in which it is opened: nothing is sent", async (t) => {
  const { server, transport, next } = await start(t);
  transport.open();
  transport.close();
  await next("closed");
  await settled();
  assert.equal(server.pending(), 0);
});

test("close aborts the GET, and not the POST with the last words", async (t) => {
  const { server, transport, next, calls } = await start(t);
  transport.open();
  (await server.next()).answer("0{}");
  await next("data");
  transport.poll();
  const get = await server.next();
  transport.send(["41"]);
  const post = await server.next();
  transport.send(["1"]);
  transport.close();
  transport.close();
  const closed = await next("closed");
  assert.deepEqual(closed.args, [undefined]);
  assert.equal(await get.gone, true);
  post.answer();
  const last = await server.next();
  assert.equal(last.body.toString(), "1");
  last.answer();
  await settled();
  assert.deepEqual(calls, ["data", "closed"], "nothing after the end");
  assert.equal(transport.writable, false);
});

test("after an error what waits is not sent, and the end is told once", async (t) => {
  const { server, transport, next, calls } = await start(t);
  transport.open();
  transport.send(["a"]);
  transport.send(["b"]);
  const requests = [await server.next(), await server.next()];
  for (const r of requests) r.answer("no", 400);
  await next("closed");
  await settled();
  transport.close();
  await settled();
  assert.deepEqual(calls, ["closed"]);
  assert.equal(server.pending(), 0);
});

test("an answer after close() is ignored", async (t) => {
  const { server, transport, next, calls } = await start(t);
  transport.open();
  const get = await server.next();
  get.answer("6");
  transport.close();
  await next("closed");
  await settled();
  assert.deepEqual(calls, ["closed"]);
});

test("a body that is read during close() is ignored", async (t) => {
  const real = globalThis.fetch;
  t.after(() => { globalThis.fetch = real; });
  const r = recorder();
  const transport = polling(() => "http://a.example", {}, r.sink);
  globalThis.fetch = async () => ({
    status: 200,
    text: async () => {
      transport.close();
      return "6";
    },
  });
  transport.open();
  await r.next("closed");
  await settled();
  assert.deepEqual(r.calls, ["closed"]);
});

test("a page that is left is silent; when it is shown again, the end is reported", async (t) => {
  const { server, transport, next, calls } = await start(t);
  transport.open();
  const get = await server.next();
  fire("pageshow"); // each page's first
  await settled();
  assert.deepEqual(calls, []);
  fire("pagehide");
  assert.equal(await get.gone, true);
  await settled();
  assert.deepEqual(calls, []);
  transport.poll();
  await settled();
  assert.equal(server.pending(), 0);
  fire("pageshow");
  const { args: [error] } = await next("closed");
  assert.equal(error.message, "transport close");
  assert.deepEqual(calls, ["closed"]);
});

test("a page that is left between two polls ends its session, after the packets on their way", async (t) => {
  const { server, transport, next, calls } = await start(t);
  transport.open();
  (await server.next()).answer("0{}");
  await next("data"); // and no poll() yet
  transport.query.sid = "s";
  transport.send(["42[]"]);
  const post = await server.next();
  fire("pagehide", { persisted: false });
  fire("pagehide", { persisted: false });
  post.answer();
  const last = await server.next();
  assert.deepEqual([last.method, last.body.toString()], ["POST", "1"]);
  last.answer();
  await settled();
  assert.equal(server.pending(), 0, "once");
  assert.deepEqual(calls, ["data"]);
});

test("a frame that is removed between two polls ends its session in the same task", async (t) => {
  for (const [hello, goodbye] of [["0{}", "1"], ["3:0{}", "1:1"]]) {
    const { server, transport, next } = await start(t);
    transport.generation = generationOf(hello === "0{}" ? 4 : 3);
    transport.open();
    (await server.next()).answer(hello);
    await next("data");
    transport.query.sid = "s";
    const asked = t.mock.method(globalThis, "fetch");
    fire("pagehide", { persisted: false });
    const inThisTurn = asked.mock.calls.map(({ arguments: [, { method, body, keepalive }] }) => [method, body, keepalive]);
    asked.mock.restore();
    assert.deepEqual(inThisTurn, [["POST", goodbye, true]]);
    (await server.next()).answer();
    await settled();
    assert.equal(server.pending(), 0, "once");
    transport.close();
  }
});

test("a page without a session, or that goes into the back/forward cache, sends nothing", async (t) => {
  const { server, transport } = await start(t);
  transport.open();
  const get = await server.next();
  fire("pagehide", { persisted: false });
  assert.equal(await get.gone, true);
  const other = await start(t);
  other.transport.query.sid = "s";
  fire("pagehide", { persisted: true });
  transport.close();
  await settled();
  assert.deepEqual([server.pending(), other.server.pending()], [0, 0]);
});

test("a POST on its way is not aborted when the page is left", async (t) => {
  const { server, transport } = await start(t);
  transport.send(["430[]"]);
  const post = await server.next();
  fire("pagehide");
  const result = await Promise.race([post.gone, settled(20).then(() => "still there")]);
  assert.equal(result, "still there");
  post.answer();
});

test("closeOnBeforeunload tells the server and not the page", async (t) => {
  const { server, transport, next, calls } = await start(t, { closeOnBeforeunload: true });
  transport.open();
  const get = await server.next();
  fire("beforeunload");
  const post = await server.next();
  assert.equal(post.body.toString(), "1");
  assert.equal(await get.gone, true);
  post.answer();
  fire("pagehide");
  await settled();
  assert.deepEqual(calls, []);
  transport.close();
  assert.deepEqual((await next("closed")).args, [undefined]);
});

test("without closeOnBeforeunload beforeunload does nothing", async (t) => {
  const { server, transport, next, calls } = await start(t);
  transport.open();
  const get = await server.next();
  fire("beforeunload");
  get.answer("6");
  await next("data");
  assert.deepEqual(calls, ["data"]);
});

test("no listener of the page stays behind", () => {
  // Every transport above has been closed.
  assert.equal(fire.listening(), 0);
});
