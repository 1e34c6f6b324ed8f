// Chromium over a pipe, with the commands that the measurements need. The Network domain stays off: recording traffic takes
// so much time for each WebSocket frame that the clients cannot be compared.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  "--headless=new",
  "--remote-debugging-pipe",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-gpu",
  "--disable-quic",
  "--disable-extensions",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--disable-features=Translate,OptimizationHints,MediaRouter",
  "--password-store=basic",
];

export async function launch({ executable = process.env.CHROMIUM ?? "/usr/bin/chromium" } = {}) {
  const profile = await mkdtemp(join(tmpdir(), "bench-chromium-"));
  const flags = [...FLAGS, `--user-data-dir=${profile}`, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  const child = spawn(executable, [...flags, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true });
  const gone = new Promise((done) => child.once("exit", done));
  const [, , , to, from] = child.stdio;
  to.on("error", () => {}); // the browser has ended: the end of `from` reports that
  const calls = new Map();
  const listeners = new Set();
  let next = 1;

  let rest = [];
  from.on("data", (chunk) => {
    for (let end; (end = chunk.indexOf(0)) >= 0; chunk = chunk.subarray(end + 1)) {
      rest.push(chunk.subarray(0, end));
      hear(JSON.parse(Buffer.concat(rest).toString()));
      rest = [];
    }
    rest.push(chunk);
  });
  from.on("close", () => {
    for (const { reject } of calls.values()) reject(new Error("the browser has gone"));
    calls.clear();
  });

  function hear(message) {
    if (!message.id) return listeners.forEach((listen) => listen(message));
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
    else call?.resolve(message.result);
  }

  function send(method, params = {}, sessionId) {
    return new Promise((resolve, reject) => {
      calls.set(next, { resolve, reject, method });
      to.write(JSON.stringify({ id: next++, method, params, sessionId }) + "\0");
    });
  }

  const browser = {
    pid: child.pid,
    version: (await send("Browser.getVersion")).product,
    /** A fresh page; resolves when its `window.bench` stands. */
    open: (url) => openPage(send, listeners, url),
    /** Every task of the page's main thread while `work` runs: [{ ts, dur }] in ms, and the user timing marks in it. */
    trace: (work) => trace(send, listeners, work),
    async close() {
      await Promise.race([send("Browser.close").catch(() => {}), new Promise((late) => setTimeout(late, 3000))]);
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // it has ended already
      }
      await gone;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  process.once("exit", () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // closed in order
    }
  });
  return browser;
}

const LATE = 120_000;

async function openPage(send, listeners, url) {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const call = (method, params) => send(method, params, sessionId);
  let crashed;
  const listen = (m) => {
    if (m.method === "Target.targetCrashed" || (m.sessionId === sessionId && m.method === "Inspector.targetCrashed")) crashed?.(new Error("the page crashed"));
  };
  listeners.add(listen);
  await call("Performance.enable", { timeDomain: "threadTicks" });

  async function evaluate(expression) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${LATE / 1000} s: ${expression.slice(0, 80)}`)), LATE);
      crashed = reject;
    });
    try {
      const answer = await Promise.race([call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }), late]);
      if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
      return answer.result.value;
    } finally {
      clearTimeout(timer);
    }
  }

  const page = {
    evaluate,
    /** Runs a function of the page's scenario. */
    call: (name, ...args) => evaluate(`window.bench.call(${JSON.stringify(name)}, ${JSON.stringify(args)})`),
    /** ms of CPU that the main thread has used. */
    async cpu() {
      const { metrics } = await call("Performance.getMetrics");
      return metrics.find((m) => m.name === "ThreadTime").value * 1000;
    },
    /** Bytes in use on the JavaScript heap after collection. */
    async heap() {
      for (let i = 0; i < 3; i++) await call("HeapProfiler.collectGarbage");
      return (await call("Runtime.getHeapUsage")).usedSize;
    },
    async close() {
      listeners.delete(listen);
      await send("Target.closeTarget", { targetId }).catch(() => {});
    },
  };
  try {
    const loaded = new Promise((done) => listeners.add(function once(m) {
      if (m.sessionId !== sessionId || m.method !== "Page.loadEventFired") return;
      listeners.delete(once);
      done();
    }));
    await call("Page.enable");
    const { errorText } = await call("Page.navigate", { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await loaded;
    await call("Page.disable");
    await evaluate("window.bench.ready");
  } catch (error) {
    await page.close();
    throw error;
  }
  return page;
}

async function trace(send, listeners, work) {
  const events = [];
  let complete;
  const over = new Promise((done) => (complete = done));
  const listen = ({ method, params }) => {
    if (method === "Tracing.dataCollected") events.push(...params.value);
    if (method === "Tracing.tracingComplete") complete();
  };
  listeners.add(listen);
  await send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { recordMode: "recordUntilFull", includedCategories: ["toplevel", "blink.user_timing"], excludedCategories: ["*"] } });
  try {
    await work();
  } finally {
    await send("Tracing.end");
    await over;
    listeners.delete(listen);
  }
  return events;
}
