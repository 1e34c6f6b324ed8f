// Runs behaviours in real pages. A lane is a browser context, so that lanes do not share the browser's six connections
// per host; in a lane one behaviour runs at a time, in one page per file and client. The page is loaded anew in the same
// tab: a new one would be a new process, which costs five times as much and has nothing of the WASM compiled.
import playwright from "playwright";
import { firefox, launchOptions } from "../../lib/browser.js";
import { controls } from "./control.mjs";
import { openOrigin } from "./origin.mjs";

/** Who runs on what. `official` columns are the measure, `two` ones only what their protocol has. */
export const COLUMNS = {
  4: [
    { id: "official", client: "official", major: 4, official: true },
    { id: "ours", client: "ours", major: 4 },
    { id: "ours on 2.x", client: "ours", major: 2, two: true },
  ],
  2: [
    { id: "official 2.5", client: "official2", major: 2, official: true },
    { id: "ours on 2.5", client: "ours", major: 2 },
  ],
};

const HANG = 90_000;

export async function openHall({ lanes = 4 } = {}) {
  const browser = await playwright[firefox ? "firefox" : "chromium"].launch(launchOptions());
  const origins = { 4: await openOrigin({ major: 4 }), 2: await openOrigin({ major: 2 }) };
  const free = await Promise.all(Array.from({ length: lanes }, () => openLane(browser, origins)));
  return {
    /** jobs: { group, column, modes, only(name) }; hands each result to `done`, which ends the run by "stop". */
    async run(jobs, done) {
      const queue = [...jobs];
      let stopped = false;
      const hand = (result) => {
        stopped ||= done(result) === "stop";
        if (stopped) queue.length = 0;
      };
      await Promise.all(
        free.map(async (lane) => {
          for (let job; (job = queue.shift()); ) await runJob(lane, job, hand, () => stopped);
        }),
      );
    },
    /** For each item in some lane, with pages by client. */
    async each(items, major, fn) {
      const queue = [...items];
      await Promise.all(
        free.map(async (lane) => {
          const pages = {};
          const page = (client) => (pages[client] ??= openPage(lane[major], client));
          while (queue.length) await fn(page, queue.shift());
        }),
      );
    },
    async close() {
      await browser.close();
      await Promise.all(Object.values(origins).map((origin) => origin.stop()));
    },
  };
}

async function openLane(browser, origins) {
  const lane = {};
  for (const [major, origin] of Object.entries(origins)) {
    const context = await browser.newContext();
    const control = controls(origin);
    await context.exposeBinding("control", (_, name, args) => control(name, args));
    lane[major] = { context, origin, tabs: {} };
  }
  return lane;
}

async function runJob(lane, { group, column, modes, only = () => true }, done, stopped) {
  const wanted = group.behaviours
    .map((behaviour, index) => ({ behaviour, index }))
    .filter(({ behaviour }) => only(behaviour.name) && (!column.two || behaviour.two === true));
  const runs = modes.flatMap((mode) => wanted.filter(({ behaviour }) => behaviour.over.includes(mode)).map((one) => ({ ...one, mode })));
  const own = lane[column.major];
  let page;
  for (const { behaviour, index, mode } of runs) {
    if (stopped()) break;
    let result;
    try {
      page ??= await openPage(own, column.client);
      result = await limited(page.evaluate(([file, i, m]) => window.run(file, i, m), [group.file, index, mode]));
    } catch (error) {
      // A page that hangs or cannot start is this behaviour's failure, and the next one's fresh start.
      result = { ok: false, error: String(error.message ?? error).split("\n")[0] };
      await own.tabs[column.client]?.page.close().catch(() => {});
      own.tabs[column.client] = page = undefined;
    }
    if (group.fresh) page = undefined;
    done({ file: group.file, name: behaviour.name, mode, column: column.id, official: !!column.official, ...result });
  }
}

async function openTab(context) {
  const page = await context.newPage();
  const tab = { page, troubles: [] };
  page.on("pageerror", (error) => tab.troubles.push(error.message));
  page.on("requestfailed", (request) => tab.troubles.push(`${request.url()} ${request.failure()?.errorText}`));
  return tab;
}

async function openPage({ context, origin, tabs }, client) {
  const { page, troubles } = (tabs[client] ??= await openTab(context));
  troubles.length = 0;
  try {
    await page.goto(`${origin.url}/page/${client}`);
    await page.waitForFunction(() => window.ready, undefined, { timeout: 15_000 });
  } catch (error) {
    throw new Error(`the page of ${client} did not start: ${troubles[0] ?? error.message}`);
  }
  return page;
}

function limited(promise) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`the page hung for ${HANG} ms`)), HANG)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
