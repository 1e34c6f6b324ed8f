/**
 * HTTP long polling by fetch. One GET waits for the server's packets; when its body has been handled the connection
 * calls poll() for the next. POSTs go one after the other, as a server refuses two at once.
 */
import { failure } from "../../bridge/core.js";
import { forTimer } from "../../bridge/clock.js";
import { Emitter } from "../../emitter.js";
import { listen } from "../../listen.js";
import { redactError, redactResponse } from "../../auth/redact.js";
import { headersOf } from "../../auth/ways.js";
import { generationOf, newest } from "../../bridge/bridge.gen.js";
import { suspended } from "./left.js";
import { encodePayload, readPayload, type Payload } from "./payload.js";
import type { Capabilities, Frame, Outgoing, Transport, TransportError, TransportOptions, TransportSink } from "../transport.js";

export interface Polling extends Transport {
  poll(): void;
}

export const pollingCan: Capabilities = { payloads: true, immediate: false, header: true, query: true, upgrade: false };

/** ms that a server has to answer a request for a session that is not wanted any more. */
const FAREWELL = 5000;

/** Bytes of all requests under way that survive the page, and how many there may be: browsers refuse what is beyond 64 KiB. */
let surviving = 0;
const SURVIVING = 6e4;

export function polling(url: () => string, opts: TransportOptions, sink: TransportSink): Polling {
  let ended = false;
  let broken = false; // ended by an error: what still waits to be posted has no use
  let left = false; // the page is going away
  let pausing = false;
  let posts = 0;
  let polled: AbortController | undefined;
  let abortTimer: ReturnType<typeof setTimeout> | undefined; // aborts a handshake that was going on at close()
  let parting: Record<string, string> | undefined; // the token's headers, once it is finished: the next ones may be another user's
  /** What the next request carries. */
  const headersNow = () => headersOf(opts.extraHeaders, parting || opts.headers?.());
  let hello: Frame = ""; // the server's first answer: it has a session from then on
  let line: Promise<unknown> = Promise.resolve();
  let release: () => void;
  const asksBase64 = !!(opts.forceBase64 || opts.query?.b64);

  const end = (error?: TransportError) => {
    if (ended) return;
    ended = true;
    broken = !!error;
    t.writable = false;
    release?.();
    // A POST is left alone: it may carry the last acknowledgement.
    if (error || hello) polled?.abort();
    else if (polled) abortTimer = setTimeout(() => polled?.abort(), FAREWELL);
    if (!error && !t.query.sid) farewell();
    queueMicrotask(() => sink.closed(t, error));
  };

  /** Resolves to nothing when it failed, which has been reported then. */
  const request = async (post?: Promise<Payload>, keepalive?: boolean): Promise<[Frame[], Response] | undefined> => {
    const abort = new AbortController();
    if (!post) polled = abort;
    const limit = +opts.requestTimeout!; // a text will do, as for XMLHttpRequest
    const timer = limit > 0 ? setTimeout(() => abort.abort(), forTimer(limit)) : undefined;
    let status = 0;
    let context: unknown;
    let sent: unknown[] = [];
    let bytes = 0;
    try {
      const body = await post; // a Blob that cannot be read ends up like a request that failed
      const address = url();
      // The type of a body is that of its Blob, or text/plain;charset=UTF-8.
      const headers = headersNow();
      sent = [address, ...Object.values(headers)];
      const size = keepalive ? new Blob([body!]).size : 0;
      if (surviving + size <= SURVIVING) surviving += bytes = size;
      const response = await fetch(address, {
        method: post ? "POST" : "GET",
        body,
        keepalive: bytes > 0,
        headers,
        credentials: opts.withCredentials ? "include" : undefined,
        redirect: opts.secret?.(!!post) ? "manual" : "follow",
        signal: abort.signal,
      });
      if (response.type == "opaqueredirect") throw failure("the server redirects a request that carries a token, which is not followed: connect to the address where it leads");
      if (response.status == 200) {
        const { frames, text } = await readPayload(response);
        // A server 1.x that has not been asked for base64 sends octets.
        if (text && !post && !asksBase64) t.plain = true;
        hello ||= frames[0]!;
        if (ended && !broken && !t.query.sid) farewell();
        return [frames, response];
      }
      const text = await response.text();
      status = response.status;
      context = redactResponse(response, text, opts.secrets?.() || []);
    } catch (e) {
      context = redactError(e, sent);
    } finally {
      clearTimeout(timer);
      surviving -= bytes;
    }
    if (!left) end({ message: `xhr ${post ? "post" : "poll"} error`, description: status, context, status });
  };

  /** Closed before the session that the server has made is used: the server would keep it until a ping is missed. */
  const farewell = () => {
    const sid = /"sid":"([^"]+)"/.exec(hello as string)?.[1];
    if (!sid) return;
    opts.handshaken?.(sid);
    hangUp((hello as string)[0] == "0" ? "1" : "1:1");
  };

  /** Tells the server in this very turn that the session ends. */
  const hangUp = (body: string) => {
    fetch(url(), {
      method: "POST",
      body,
      keepalive: true,
      headers: headersNow(),
      credentials: opts.withCredentials ? "include" : undefined,
      redirect: opts.secret?.(true) ? "manual" : "follow",
    }).catch(() => {});
  };

  const settle = () => {
    if (pausing && !polled && !posts && !ended) {
      pausing = false;
      sink.paused(t);
    }
  };

  const leave = (e: Event) => {
    if (e.type == "pageshow") {
      if (left) end(suspended);
      return;
    }
    // A word to the server, then silence. Without it the server would notice nothing between two polls until a ping is
    // missed. Not into the back/forward cache: a request that is under way may keep the page out of that.
    // In this turn, unless another POST is under way: a frame that is removed from its page has no other.
    if (!left && (e.type == "beforeunload" || (t.query.sid && !(e as PageTransitionEvent).persisted))) {
      if (posts || !t.query.sid) t.send(["1"]);
      else hangUp(t.generation.lengthFramed ? "1:1" : "1");
    }
    left = true;
    t.writable = false;
    polled?.abort();
  };

  /** Called instead of drained() when finish() has been. */
  let finished: (() => void) | undefined;

  const t: Polling = Object.assign(new Emitter(), {
    name: "polling",
    can: pollingCan,
    writable: false,
    generation: generationOf(newest),
    asksBase64,
    query: opts.query || {},

    open() {
      release = listen(["pagehide", "pageshow"].concat(opts.closeOnBeforeunload ? "beforeunload" : []), leave);
      queueMicrotask(t.poll); // who closes it in this task sends nothing
    },

    poll() {
      if (ended || left || pausing || polled) return;
      t.emitReserved("poll");
      request().then((got) => {
        polled = undefined;
        clearTimeout(abortTimer);
        if (ended || !got) return;
        t.emitReserved("pollComplete");
        const [frames, response] = got;
        for (const frame of frames) sink.data(t, frame, response);
        settle();
      });
    },

    send(packets: Outgoing[]) {
      const body = encodePayload(packets, t.generation, { base64: opts.forceBase64, plain: t.plain });
      body.catch(() => {}); // looked at when its turn comes
      // Close, disconnect and acknowledgements may be the last words of a page: they survive it.
      const last = packets.some((p) => typeof p == "string" && p.length < 4096 && /^(1|4[136])/.test(p));
      t.writable = false;
      posts++;
      line = line
        .then((): unknown => broken || request(body, last))
        .then(() => {
          posts--;
          if (ended) return;
          if (!posts && !left) {
            t.writable = true;
            if (finished) finished();
            else sink.drained(t);
          }
          settle();
        });
    },

    pause() {
      pausing = true;
      queueMicrotask(settle);
    },

    busy: () => !t.writable,

    goodbye() {
      t.send(["1"]);
    },

    finish(rest: Outgoing[][], done: () => void) {
      parting = opts.headers?.() || {};
      rest.forEach(t.send);
      // In a request of its own: a server takes a moment to act on what is before it, and would forget that.
      t.send(["1"]);
      finished = () => {
        t.close();
        done();
      };
    },

    close: () => end(),
  });
  return t;
}
