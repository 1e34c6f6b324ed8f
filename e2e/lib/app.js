// The package as npm packs it, installed in a program of its own, for the specs about where it can be put: bundlers, pages,
// workers, extensions, policies.
import { readFileSync } from "node:fs";
import http from "node:http";
import { extname, join } from "node:path";
import { root, run } from "../fixtures/pack.mjs";
import { expect, test as base, token } from "./test.js";

export { expect, token };
export { root, run };

/** Where the installed package's files are, seen from the program. */
export const dist = "node_modules/socketio-jwt-wasm/dist";

/** What a program does with the package, in few lines: a promise of whom the server took it for, and of an echo. */
const session = `new Promise((resolve, reject) => {
  const socket = connect(job.url, {
    via: "query",
    token: job.token,
    onAuthenticated: ({ claims }) => socket.emitWithAck("echo", "é€😀").then((echo) => resolve({ sub: claims.sub, echo })),
  });
  socket.on("connect_error", reject);
})`;
export const answer = { sub: "ada", echo: "é€😀" };

/** The program of a page. `job` comes from the test. */
export const program = (head) => `${head}\nwindow.done = ${session};\ndone.catch(() => {}); // the test looks at it later\n`;
/** The program of a worker, which gets its job by message. */
export const worker = (head) => `${head}\nonmessage = ({ data: job }) => ${session}.then(postMessage, (error) => postMessage(error.message));\n`;
/** The program of a shared worker. */
export const sharedWorker = (head) => `${head}\nonconnect = ({ ports: [port] }) => (port.onmessage = ({ data: job }) => ${session}.then((answer) => port.postMessage(answer), (error) => port.postMessage(error.message)));\n`;
/** Has a worker, which `made` makes, do `job`; a promise of what the worker answers. */
const employed = (made) => `(async () => {
  const worker = ${made};
  return new Promise((resolve, reject) => {
    worker.onerror = (e) => reject(new Error(e.message || "the worker could not be loaded"));
    const port = worker.port ?? worker;
    port.onmessage = ({ data }) => resolve(data);
    port.postMessage(job);
  });
})()`;
/** A page's program that has a worker do it; `made` makes the worker. */
export const employer = (made) => `window.done = ${employed(made)};\n`;
/** The same for an extension's page. */
export const callableEmployer = (name, made) => `self.${name} = (job) => ${employed(made)};\n`;
/** The program of an extension's page or service worker, which gets its job as an argument. */
export const callable = (head) => `${head}\nself.work = (job) => ${session};\n`;

export const imported = 'import { connect } from "socketio-jwt-wasm";';
export const page = (script) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>app</title>${script}`;
const types = { ".html": "text/html", ".js": "text/javascript" };

/** A content security policy for a page that talks to the server at `url`. */
export const policy = (script, url) => ({ "Content-Security-Policy": `default-src 'none'; script-src 'self' ${script}; img-src data:; connect-src 'self' ${url} ${url.replace("http", "ws")}` });

export const test = base.extend({
  /** serve(dir, headers, login): a plain static server, as anybody's, behind basic auth if there is a login; returns its address. */
  serve: async ({}, use) => {
    const servers = [];
    await use(async (dir, headers = {}, login) => {
      const wanted = login && "Basic " + Buffer.from(login).toString("base64");
      const server = http.createServer((req, res) => {
        if (wanted && req.headers.authorization !== wanted) return res.writeHead(401, { "WWW-Authenticate": "Basic realm=app" }).end();
        const path = new URL(req.url, "http://localhost").pathname.replace(/\/$/, "/index.html");
        let body;
        try {
          body = readFileSync(join(dir, path));
        } catch {
          return res.writeHead(404).end();
        }
        res.writeHead(200, { "Content-Type": types[extname(path)] ?? "text/plain", ...headers }).end(body);
      });
      servers.push(server);
      await new Promise((done) => server.listen(0, "127.0.0.1", done));
      return `http://127.0.0.1:${server.address().port}`;
    });
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  },

  /** The address of a real server that lets in who brings a token. */
  guarded: async ({ server }, use) => use(await server({ io: "4", mode: "handshake", cors: "answered" })),

  /** at(address): opens the page there, with its job. */
  at: async ({ context, guarded, errors }, use) => {
    await use(async (address) => {
      const tab = await context.newPage();
      tab.on("pageerror", (error) => errors.push(error.message));
      await tab.addInitScript((job) => (window.job = job), { url: guarded.url, token: token() });
      await tab.goto(address);
      await tab.waitForFunction(() => "done" in window);
      return tab;
    });
  },

  /** authenticates(address): opens the page there and expects that its program gets through. */
  authenticates: async ({ at, guarded }, use) => {
    await use(async (address) => {
      const tab = await at(address);
      expect(await tab.evaluate(() => done)).toEqual(answer);
      expect((await guarded.until("ready")).decoded.sub).toBe("ada");
      return tab;
    });
  },
});
