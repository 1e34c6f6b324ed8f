// The page of one client: /page/official, /page/official2 (2.5.0) or /page/ours. It runs behaviours when told to.
import { sleep } from "./clock.js";
import { show } from "./assert.js";
import { kitFor } from "./kit.js";
import { uncaught } from "./uncaught.js";

const LOADERS = {
  official: () => import("/client/official.js"),
  ours: () => import("/client/ours/index.js"),
  // 2.5.0 comes as a classic script with one global.
  async official2() {
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: "/client/official2.js", onload: resolve, onerror: reject });
      document.head.append(script);
    });
    const { io } = window;
    return { io, connect: io.connect, Manager: io.Manager, Socket: io.Socket, protocol: io.protocol };
  },
};

const LIMIT = 60_000;
const client = await LOADERS[location.pathname.split("/").pop()]();

/** Runs one behaviour of one file; never throws. */
window.run = async (file, index, mode) => {
  const kit = kitFor(client, mode);
  const start = performance.now();
  let error, trace;
  try {
    const { collect } = await import("/compare/behaviours/define.js");
    const { default: define } = await import(`/compare/behaviours/${file}.js`);
    const behaviour = collect(define)[index];
    uncaught.drain();
    // A text at once: what it says of is going on while the kit closes.
    trace = JSON.stringify(await within(behaviour.run(kit)));
    const stray = uncaught.drain();
    if (stray.length) throw stray[0] instanceof Error ? stray[0] : new Error(`uncaught: ${show(stray[0])}`);
  } catch (caught) {
    error = caught;
  }
  await kit.close().catch((caught) => (error ??= caught));
  return {
    ok: !error,
    error: error && `${error.name === "Error" ? "" : `${error.name}: `}${error.message}`,
    at: error && site(error),
    trace,
    ms: Math.round(performance.now() - start),
  };
};

function within(promise) {
  return Promise.race([promise, sleep(LIMIT).then(() => Promise.reject(new Error(`still running after ${LIMIT} ms`)))]);
}

// The line of the behaviour that failed.
function site(error) {
  const line = String(error?.stack).split("\n").find((text) => text.includes("/compare/behaviours/"));
  return line?.match(/behaviours\/[^)]*/)?.[0] ?? String(error?.stack).split("\n").slice(1, 3).join(" | ").trim();
}

/** One random script: ../fuzz.mjs. */
window.fuzz = async (mode, seed) => (await import("./fuzz.js")).play(client, mode, seed);

// For tests that put this page into a frame.
window.io = client.io;
window.ready = true;
