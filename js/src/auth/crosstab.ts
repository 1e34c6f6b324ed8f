/**
 * One tab asks the token provider, the others reuse its token; a refusal in one tab reaches all (option crossTab).
 *
 *   const tabs = share("socketio-jwt:api.example.com:443", { crossTab: "user-17", tokenTimeout: 10_000, refreshBefore: 30 });
 *   token = await tabs.ask(() => provider(context), refused);         // reconnection, renewal, refusal
 *   token = await tabs.ask(() => provider(context), refused, since);  // the user's connect() or reauthenticate() at `since`
 *   tabs.refuse("expired", token, "/chat");                           // after the server's fatal no to a namespace
 *   const release = tabs.onRefused((reason, token, nsp) => { … });    // another tab's; do not answer it with refuse()
 *   tabs.change(true, token);                                         // another user; false: none. onChanged() hears of it in other tabs
 *   tabs.close();                                                     // frees listeners, channel and locks
 *
 * A tab at rest takes no part in that. It hears of the next login by onLogin().
 *
 * Whose token: a user's connect() may be another user's than that of the other tabs. So with `true` it calls the provider
 * of its own tab, again and again until that gives a token. A key says whose tabs share: the first ask of a page takes what
 * the others with that key have, and a later connect() takes nothing that was asked for before that connect(). From then on
 * nothing older is taken at all, and never a token whose `sub` is not that of the token which this tab has.
 *
 * Who logs in with a token gives it to the other tabs along with the news: they may ask before this one does, whose page may
 * still be loading. And this tab's ask (`given`) takes nothing in its place. Of two logins at once the later one stays.
 *
 * Otherwise ask() takes the exclusive lock `key`, so that tabs ask one after the other. Who gets the lock looks first at
 * the token it knows, then asks the other tabs for theirs (they are counted by a shared lock which each holds, so that a
 * lone tab does not wait), and only then calls the provider and tells the others. `refused` is the token that must be
 * replaced: the refused one, or the one about to expire; it is never handed out, nor one that does not outlive it.
 *
 * What goes wrong, and what then: a tab dies with the lock: the browser frees it. A provider hangs, in this tab or in
 * the one with the lock: after `timeout` the lock is given up, after half of it the wait for the lock, and this tab asks
 * on its own. A frozen tab does not answer, a busy one answers late, and no lock tells them apart: both are waited for
 * for 2 s, or a fifth of `timeout`. The APIs are missing or forbidden (insecure origin, sandbox): call() as if it were
 * off. A provider that throws or has no token speaks for its own tab only.
 *
 * Tokens travel in messages of this origin's BroadcastChannel and live in memory; nothing is stored. Times are Date.now(),
 * on which the tabs of a browser agree. The key must not be shared by providers whose tokens mean different things.
 */
import { forTimer } from "../bridge/clock.js";
import { claimsOf, expiryOf, issuedOf } from "./claims.js";

type Refusal = [reason: string, token?: string, nsp?: string];
type Answer = string | null | undefined;
type Refused = (...refusal: Refusal) => void;
/** Another user, or none: since when, ms since 1970. */
type Changed = (login: boolean, at: number) => void;

export interface Share {
  /** `given`: call() gives what this tab's user has logged in with. */
  ask(call: () => Answer | Promise<Answer>, refused?: string, since?: number, given?: boolean): Promise<Answer>;
  refuse(...refusal: Refusal): void;
  /** Returns the release. */
  onRefused(fn: Refused): () => void;
  /** This tab's user is another one (who may have given a token), or none: the other tabs hear of it. Nothing that was asked for before counts. */
  change(login: boolean, token?: string): void;
  /** Returns the release. */
  onChanged(fn: Changed): () => void;
  /** What is being asked ends without a token. Asked afterwards, the tab calls its provider as if sharing were off. */
  close(): void;
}

export interface ShareOptions {
  /** ms; the token function's own deadline. */
  tokenTimeout?: number;
  /** s */
  refreshBefore?: number;
  /** A text: whose tabs share. */
  crossTab?: boolean | string;
  /** This page has asked with that key before: the next connect() is a later one. */
  returns?: boolean;
}

/** [asking, id] | [token known to somebody, when it was asked for, id of the question] | [refused, reason, token, namespace] | [another user, login, since when] */
type Message = ["?", number] | ["!", string | undefined, number, number?] | ["x", ...Refusal] | ["u", boolean, number];

const user = (token?: string) => claimsOf(token)?.sub;

const nameOf = (key: string, crossTab?: boolean | string) => (typeof crossTab == "string" ? key + ":" + crossTab : key);

/** The channel of the tabs that share; undefined where sharing is as if off. */
function open(name: string): BroadcastChannel | undefined {
  try {
    if (globalThis.navigator?.locks) return new BroadcastChannel(name);
  } catch (e) {}
}

/** Whether a message tells of another user. A time to come would end the sharing: nothing is asked for after it. */
const changes = (m: Message): m is Message & { 0: "u" } => m[0] == "u" && m[2] <= Date.now() + 1e3;

/** Takes the messages of a channel. What other scripts post there may be anything. */
function hear(channel: BroadcastChannel, fn: (m: Message) => void): void {
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (Array.isArray(data)) fn(data as Message);
  };
}

/** A time to come is from before the clock was set back: older than any other. */
const rank = (at: number) => (at > Date.now() + 1e3 ? 0 : at);

/** Calls fn, once, when a user logs in in another tab. Returns what ends that. */
export function onLogin(key: string, crossTab: boolean | string, fn: (at: number) => void): () => void {
  const channel = open(nameOf(key, crossTab));
  const end = () => channel?.close();
  if (channel)
    hear(channel, (m) => {
      if (!changes(m) || !m[1]) return;
      end();
      fn(m[2]);
    });
  return end;
}

export function share(key: string, { tokenTimeout = 1e4, refreshBefore = 30, crossTab, returns }: ShareOptions = {}): Share {
  const named = typeof crossTab == "string";
  const timeout = forTimer(tokenTimeout);
  key = nameOf(key, crossTab);
  const locks = globalThis.navigator?.locks;
  const listeners = new Set<Refused>();
  const changed = new Set<Changed>();
  /** Of what is under way: locks that are waited for or held, answers that are waited for. */
  const releases = new Set<() => void>();
  let known: string | undefined;
  let knownAt = 0;
  let dead: string | undefined; // refused: messages that still carry it are late
  let floor = 0; // what was asked for earlier is not taken
  let changedAt = 0; // the last login or logout, of this tab or of another
  let rounds = returns ? 1 : 0;
  let mine: string | undefined; // this tab's token
  let own = false; // the tab's user has connected, and only this tab's provider knows whose token that wants
  let past: string[] = []; // and those before it, also of the sessions before
  let answered: ((question?: number) => void) | undefined;
  let channel = open(key);
  let closed = false;

  /** `fresh`: straight from a provider. Otherwise what a tab remembers. */
  const learn = (token: string | undefined, at: number, fresh: boolean) => {
    if (typeof token != "string" || token == dead || !(at >= floor)) return;
    if (!known || rank(at) > rank(knownAt) || (fresh && rank(at) == rank(knownAt))) [known, knownAt] = [token, at];
  };

  const forget = (token = known) => {
    dead = token;
    if (token == known) known = undefined;
  };

  const setMine = (token?: string) => {
    if (mine && token != mine) past = [mine, ...past.slice(0, 15)];
    mine = token;
  };

  /** Another user. */
  const renounce = (at: number) => {
    floor = changedAt = at;
    known = undefined;
    setMine();
  };

  const post = (m: Message) => channel?.postMessage(m);

  /** What is known, if it may stand in for a call of the provider. */
  const usable = (refused?: string): Answer => {
    if (!known || (user(mine) ?? user(known)) !== user(known)) return;
    const claims = claimsOf(known);
    const expiry = expiryOf(claims);
    if (expiry === undefined) return known; // nothing can be said against it
    // Clocks: the lifetime and the time since it was received need no agreement with the server's.
    const life = expiry - (issuedOf(claims) ?? knownAt);
    const left = life - Math.abs(Date.now() - knownAt); // abs: a clock set back proves nothing
    if (left <= Math.min(refreshBefore * 1e3, life / 2) || expiry <= expiryOf(claimsOf(refused))!) return;
    return known;
  };

  /** How many other tabs take part. */
  const others = async () => (await locks.query()).held!.filter((l) => l.name == key + "+").length - 1;

  /**
   * Asks the other tabs, and waits for the first usable answer or for all to have answered. Those that do not answer at once
   * are asked again and again: one may have left, and another may have taken its place.
   */
  const askTabs = async (refused?: string): Promise<Answer> => {
    if ((await others()) < 1) return;
    await new Promise<void>((done) => {
      const end = () => {
        clearTimeout(timer);
        clearInterval(again);
        releases.delete(end);
        done();
      };
      /** How many answers each question waits for. A busy machine may take longer for all of them than for the next question. */
      const open = new Map<number | undefined, number>();
      answered = (question) => {
        const left = open.get(question)! - 1;
        open.set(question, left);
        if (usable(refused) || left == 0) end();
      };
      const ask = async () => {
        const id = Math.random();
        const asked = await others().catch(() => 0);
        if (!releases.has(end)) return;
        if (asked < 1) return end();
        open.set(id, asked);
        post(["?", id]);
      };
      const timer = setTimeout(end, Math.min(2000, timeout / 5));
      const again = setInterval(ask, 100);
      releases.add(end);
      ask();
    });
    answered = undefined;
    return usable(refused);
  };

  /** A refusal of this tab's token; or of another of the same user's, unless this tab has moved on from that. */
  const concerns = (reason: string, token?: string) =>
    mine && (token == mine || (reason == "invalid" && !past.includes(token!) && user(mine) !== undefined && user(token) === user(mine)));

  const stop = () => {
    channel?.close();
    channel = undefined;
    listeners.clear();
    changed.clear();
    for (const release of [...releases]) release();
  };

  /** Holds a lock while fn runs, until stop() at the latest; waits no longer than `patience` for it. */
  const hold = async <T>(name: string, mode: LockMode, patience: number, fn: () => Promise<T>): Promise<T | undefined> => {
    const wait = new AbortController();
    const timer = patience && setTimeout(() => wait.abort(), patience);
    let free!: () => void;
    const stopped = new Promise<undefined>((done) => (free = () => done(undefined)));
    const release = () => {
      wait.abort();
      free();
    };
    releases.add(release);
    try {
      return await locks.request(name, { mode, signal: wait.signal }, () => {
        clearTimeout(timer);
        return Promise.race([channel && fn(), stopped]);
      });
    } finally {
      clearTimeout(timer);
      releases.delete(release);
    }
  };

  if (channel) {
    hear(channel, (m) => {
      if (m[0] == "?") post(["!", known, knownAt, m[1]]);
      if (m[0] == "!") {
        learn(m[1], m[2], !m[3]);
        answered?.(m[3]);
      }
      if (changes(m) && m[2] >= rank(changedAt)) {
        renounce(m[2]);
        for (const fn of [...changed]) fn(m[1], m[2]);
      }
      if (m[0] == "x") {
        forget(m[2]);
        const [, ...refusal] = m;
        if (concerns(m[1], m[2])) for (const fn of [...listeners]) fn(...refusal);
      }
    });
    // Held as long as this tab takes part.
    hold(key + "+", "shared", 0, () => new Promise(() => {})).catch(stop); // not allowed here: as if off
  }

  return {
    async ask(call, refused, since, given) {
      if (!channel) return call();
      const round = ++rounds;
      if (since !== undefined && !(named && round == 1)) {
        floor = since;
        setMine();
        own = !named;
        if (knownAt < floor) known = undefined;
      }
      if (refused) forget(refused);

      let asked: Promise<Answer> | undefined;
      const provide = () => {
        const at = Date.now();
        asked = (async () => call())();
        asked.then(
          (token) => {
            if (!token || token == refused || at < floor) return;
            learn(token, at, true);
            post(["!", token, at]);
          },
          () => {},
        );
        return asked;
      };
      const provideInTime = () =>
        new Promise<Answer>((resolve, reject) => {
          const timer = setTimeout(reject, timeout);
          provide().then(resolve, reject).finally(() => clearTimeout(timer));
        });
      const get = async () => {
        if (own || given) return provide();
        try {
          return await hold(key, "exclusive", timeout / 2, async () => usable(refused) || (await askTabs(refused)) || (closed ? undefined : provideInTime()));
        } catch (e) {
          if (asked) throw e; // the provider's own failure
          return closed ? undefined : usable(refused) || provide(); // the lock is out of reach
        }
      };
      const token = await get();
      if (round == rounds && token) {
        own = false;
        setMine(token);
      }
      return token;
    },
    refuse(...refusal) {
      forget(refusal[1]);
      post(["x", ...refusal]);
    },
    onRefused(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    change(login, token) {
      const at = Date.now();
      renounce(at);
      post(["u", login, at]);
      if (!token) return;
      learn(token, at, true);
      post(["!", token, at]);
    },
    onChanged(fn) {
      changed.add(fn);
      return () => changed.delete(fn);
    },
    close() {
      closed = true;
      stop();
    },
  };
}
