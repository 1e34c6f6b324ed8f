/**
 * The network of a test: fetch and WebSocket with the address of a fake server lead to it, other addresses to where they led
 * before. It is installed while there is a fake server.
 */
import { claimed, type Host } from "./hosts.js";
import { standIns } from "./standins.js";
import { FakeWebSocket, useOriginal } from "./websocket.js";
import type { Answer } from "./session.js";
import type { Body } from "./wire.js";

/** The number of servers in the network. */
let servers = 0;
const originals: Record<string, unknown> = {};
const ours: Record<string, unknown> = { fetch: fakeFetch, WebSocket: FakeWebSocket, ...standIns() };
const scope = globalThis as unknown as Record<string, unknown>;

/** Adds a server to the network. Returns a function that removes it. */
export function install(host: Host): () => void {
  const release = claimed.add(host);
  if (!servers++) {
    for (const name in ours) originals[name] = scope[name];
    useOriginal(originals.WebSocket as typeof WebSocket | undefined);
    Object.assign(scope, ours);
  }
  return () => {
    release();
    // A replacement by the test stays.
    if (!--servers) for (const name in ours) if (scope[name] == ours[name]) scope[name] = originals[name];
  };
}

/** The address as a URL; undefined for a relative one without a page, which is no fake server's. */
function urlOf(address: string): URL | undefined {
  try {
    return new URL(address, globalThis.location?.href);
  } catch (e) {}
}

function fakeFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const address = typeof input == "object" && "url" in input ? input.url : `${input}`;
  const url = urlOf(address);
  const host = url && claimed.at(url);
  if (host) return answered(host, url, init);
  const { fetch } = originals as { fetch?: typeof globalThis.fetch };
  if (!fetch) return Promise.reject(new TypeError(`FakeServer: there is no fetch here but for the fake server's addresses, and ${url ? url.origin : address} is none of them`));
  return fetch(input as string, init);
}

function answered(host: Host, url: URL, { method = "GET", headers, body, signal }: RequestInit): Promise<Response> {
  return new Promise((done, failed) => {
    // An answer comes in a later turn, as over a network.
    const answer = (answer: Answer) => void Promise.resolve().then(() => (answer == "gone" ? failed(new TypeError("Failed to fetch")) : done(responseOf(answer.status, answer.body))));
    const aborted = () => failed(signal!.reason || Object.assign(new Error("This operation was aborted"), { name: "AbortError" }));
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", aborted);
    const named = Object.entries((headers || {}) as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]);
    host.request({ method, query: url.searchParams, headers: Object.fromEntries(named), body: body ?? "" }, answer);
  });
}

const responseOf = (status: number, body: Body): Response =>
  new Response(body, { status, headers: { "content-type": typeof body == "string" ? "text/plain; charset=UTF-8" : "application/octet-stream" } });
