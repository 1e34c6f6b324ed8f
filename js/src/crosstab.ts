/**
 * One tab asks the token provider, the others reuse its token; a refusal in one tab reaches all (api.md: crossTab).
 *
 *   const tabs = share("socketio-jwt:api.example.com:443", { tokenTimeout: 10_000, refreshBefore: 30 });
 *   token = await tabs.ask(() => provider(context), refused);
 *   tabs.refuse("expired", token);                // after the server's fatal no
 *   tabs.onRefused((reason, token) => { … });     // another tab's; do not answer it with refuse()
 *   tabs.close();
 *
 * ask() takes the exclusive lock `key`, so that tabs ask one after the other. Who gets the lock looks first at the token
 * it knows, then asks the other tabs for theirs (they are counted by a shared lock which each holds, so that a lone tab
 * does not wait), and only then calls the provider and tells the others. `refused` is the token that must be replaced:
 * the refused one, or the one about to expire; it is never handed out, nor one that does not outlive it. A connect() or
 * reauthenticate() of the user passes the token used last, so that a new login is seen and not the token of the old one.
 *
 * What goes wrong, and what then: a tab dies with the lock: the browser frees it. A provider hangs, in this tab or in
 * the one with the lock: after `timeout` the lock is given up, after half of it the wait for the lock, and this tab asks
 * on its own. A frozen tab does not answer: 200 ms. The APIs are missing or forbidden (insecure origin, sandbox): call()
 * as if it were off. A provider that throws or has no token speaks for its own tab only.
 *
 * Tokens travel in messages of this origin's BroadcastChannel and live in memory; nothing is stored. The key must not be
 * shared by providers whose tokens mean different things.
 */
import { claimsOf } from "./claims.js";

type Answer = string | null | undefined;

export interface Share {
  ask(call: () => Answer | Promise<Answer>, refused?: string): Promise<Answer>;
  refuse(reason: string, token?: string): void;
  onRefused(fn: (reason: string, token?: string) => void): void;
  close(): void;
}

export interface ShareOptions {
  /** ms; the token function's own deadline. */
  tokenTimeout?: number;
  /** s */
  refreshBefore?: number;
}

/** [asking, id] | [token known to somebody, when received, id of the question] | [refused, reason, token] */
type Message = ["?", number] | ["!", string | undefined, number, number?] | ["x", string, string?];

const times = (token?: string) => (claimsOf(token) || {}) as { exp: number; iat?: number };

export function share(key: string, { tokenTimeout: timeout = 1e4, refreshBefore = 30 }: ShareOptions = {}): Share {
  const locks = globalThis.navigator?.locks;
  const refusals: ((reason: string, token?: string) => void)[] = [];
  let leave = () => {};
  let known: string | undefined;
  let knownAt = 0;
  let dead: string | undefined; // refused: messages that still carry it are late
  let answered: ((question: number) => void) | undefined;
  let channel: BroadcastChannel | undefined;

  /** `fresh`: straight from a provider. Otherwise what a tab remembers, which may be less than what we know. */
  const learn = (token: string, at: number, fresh: boolean) => {
    if (typeof token == "string" && token != dead && (fresh || !known || at > knownAt)) [known, knownAt] = [token, at];
  };

  const forget = (token = known) => {
    dead = token;
    if (token == known) known = undefined;
  };

  const post = (m: Message) => channel?.postMessage(m);

  /** What is known, if it may stand in for a call of the provider. */
  const usable = (refused?: string): Answer => {
    if (!known) return;
    const { exp, iat } = times(known);
    // Clocks: `exp - iat` and the time since it was received need no agreement with the server's.
    const life = exp - (iat ?? knownAt / 1e3);
    const left = life - Math.abs(Date.now() - knownAt) / 1e3; // abs: a clock set back proves nothing
    // Without exp nothing can be said against it.
    if (left <= Math.min(refreshBefore, life / 2) || exp <= times(refused).exp) return;
    return known;
  };

  /** Asks the other tabs, and waits for the first usable answer or for all to have answered. */
  const askTabs = async (refused?: string): Promise<Answer> => {
    const { held } = await locks.query();
    let others = held!.filter((l) => l.name == key + "+").length - 1;
    if (others < 1) return;
    const id = Math.random();
    await new Promise<void>((done) => {
      const timer = setTimeout(done, 200);
      answered = (question) => {
        if (question == id && (!--others || usable(refused))) {
          clearTimeout(timer);
          done();
        }
      };
      post(["?", id]);
    });
    return usable(refused);
  };

  const close = () => {
    leave();
    channel?.close();
    channel = undefined;
  };

  try {
    if (locks) channel = new BroadcastChannel(key);
  } catch (e) {}
  if (channel) {
    channel.onmessage = ({ data: [kind, a, b, c] }: MessageEvent<Message | any[]>) => {
      if (kind == "?") post(["!", known, knownAt, a]);
      if (kind == "!") {
        learn(a, b, !c);
        answered?.(c);
      }
      if (kind == "x") {
        forget(b);
        refusals.forEach((fn) => fn(a, b));
      }
    };
    // Held as long as this tab takes part.
    locks.request(key + "+", { mode: "shared" }, () => new Promise((free: any) => (leave = free))).catch(close); // not allowed here: as if off
  }

  return {
    async ask(call, refused) {
      if (!channel) return call();
      const wait = new AbortController();
      const timer = setTimeout(() => wait.abort(), timeout / 2);
      let asked: Promise<Answer> | undefined;
      const provide = () => {
        asked = (async () => call())();
        asked.then(
          (token) => {
            if (!token || token == refused) return;
            const at = Date.now();
            learn(token, at, true);
            post(["!", token, at]);
          },
          () => {},
        );
        return asked;
      };
      if (refused) forget(refused);
      try {
        return await locks.request(key, { signal: wait.signal }, async () => {
          clearTimeout(timer);
          return (
            usable(refused) ||
            (await askTabs(refused)) ||
            Promise.race([provide(), new Promise<never>((_, late) => setTimeout(late, timeout))])
          );
        });
      } catch (e) {
        // Either the provider's own failure, or the lock is out of reach.
        if (asked) throw e;
        return usable(refused) || provide();
      }
    },
    refuse(reason, token) {
      forget(token);
      post(["x", reason, token]);
    },
    onRefused(fn) {
      refusals.push(fn);
    },
    close,
  };
}
