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
 * A tab without an active socket does not share. It listens for the next login by onLogin().
 *
 * Which tokens a tab takes from others. The user who calls connect() may be another one than in the other tabs. With
 * `crossTab: true` the tab therefore calls its own provider, for every ask until the provider gives a token. With a text,
 * the first ask of a page takes the token of any tab with the same text; a later connect() takes only tokens that were asked
 * for after it. In both cases the tab never takes a token that was asked for before its last connect(), nor one whose `sub`
 * differs from that of the token it has.
 *
 * A login with a token sends that token to the other tabs together with the news, because they may ask first. The ask of
 * the tab that logs in (`ownLogin`) takes no other token. Of two logins at the same time the later one wins.
 *
 * In all other cases ask() takes the exclusive lock `key`, so that tabs ask one after the other. The tab with the lock
 * uses the token it knows; else it asks the other tabs for theirs; else it calls the provider and sends the result to the
 * others. Each tab holds a shared lock by which the others count it, so that a single tab does not wait for answers.
 * `refused` is the token to replace: it was refused, or is about to expire. ask() returns neither that token nor one that
 * expires no later.
 *
 * Failures:
 *   - A tab is closed while it has the lock: the browser frees the lock.
 *   - A provider hangs: a tab gives the lock up after `timeout`. A tab that waits for the lock gives up after half of
 *     `timeout` and asks its own provider.
 *   - A tab is frozen or busy and does not answer: the others wait for 2 s, or for a fifth of `timeout` if that is less.
 *   - Web Locks or BroadcastChannel are missing or forbidden (insecure origin, sandbox): each tab calls its own provider.
 *   - A page is being prerendered: browsers give it no lock until it is shown. It calls its own provider.
 *   - A provider throws or has no token: that holds for its own tab only.
 *
 * Tokens are sent by the BroadcastChannel of this origin and kept in memory; nothing is stored. Times are Date.now(), which
 * is the same in all tabs of a browser. Providers of different kinds of tokens must not use the same key.
 */
import { forTimer } from "../bridge/clock.js";
import { claimsOf, expiryOf, issuedOf, subjectOf } from "./claims.js";
import { hasControl, standsForNone } from "./numbers.js";

type Refusal = [reason: string, token?: string, nsp?: string];
type Answer = string | null | undefined;
type Refused = (...refusal: Refusal) => void;
/** Another user has logged in (`login`), or the user has logged out: when, ms since 1970. */
type Changed = (login: boolean, at: number) => void;

export interface Share {
  /** `since`: the time of the user's connect(), ms since 1970. `ownLogin`: call() returns the token that this tab's user has logged in with. */
  ask(call: () => Answer | Promise<Answer>, refused?: string, since?: number, ownLogin?: boolean): Promise<Answer>;
  refuse(...refusal: Refusal): void;
  /** Returns the release. */
  onRefused(fn: Refused): () => void;
  /** Tells the other tabs that another user has logged in, with this token if there is one, or that the user has logged out. Tokens asked for before are not used any more. */
  change(login: boolean, token?: string): void;
  /** Returns the release. */
  onChanged(fn: Changed): () => void;
  /** Ends the sharing. A pending ask() resolves without a token; a later one calls the provider as if sharing were off. */
  close(): void;
}

export interface ShareOptions {
  /** ms; the token function's own deadline. */
  tokenTimeout?: number;
  /** Seconds. */
  refreshBefore?: number;
  /** A text: only tabs with the same text share. */
  crossTab?: boolean | string;
  /** This page has already asked with that key, so the next connect() counts as a later one. */
  returns?: boolean;
}

/**
 * What tabs send to each other:
 *   ["?", id]                   asks the others for their token
 *   ["!", token, at, question]  a token and when it was asked for; question: the id that this answers, none for a new token
 *   ["x", reason, token, nsp]   a server has refused a token
 *   ["u", login, at]            another user has logged in, or (false) the user has logged out
 */
type Message = ["?", number] | ["!", string | undefined, number, number?] | ["x", ...Refusal] | ["u", boolean, number];

const nameOf = (key: string, crossTab?: boolean | string) => (typeof crossTab == "string" ? key + ":" + crossTab : key);

/** Whether nobody sees this page yet. Browsers give such a page no lock until it is shown. */
const prerendering = () => (globalThis.document as (Document & { prerendering?: boolean }) | undefined)?.prerendering;

/** The channel of the tabs that share; undefined where the browser does not allow sharing. */
function open(name: string): BroadcastChannel | undefined {
  try {
    if (globalThis.navigator?.locks) return new BroadcastChannel(name);
  } catch (e) {}
}

/** Whether a message tells of a login or logout. One with a time in the future is ignored: no token would be newer than it. */
const changes = (m: Message): m is Message & { 0: "u" } => m[0] == "u" && m[2] <= Date.now() + 1e3;

/** Takes the messages of a channel. What other scripts post there may be anything. */
function hear(channel: BroadcastChannel, fn: (m: Message) => void): void {
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (Array.isArray(data)) fn(data as Message);
  };
}

/** For comparing times. A time in the future is from before the clock was set back: it counts as the oldest. */
const rank = (at: number) => (at > Date.now() + 1e3 ? 0 : at);

/** Calls fn once, when a user logs in in another tab. Returns the release. */
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
  /** The releases of locks that are held or waited for, and of waits for answers. */
  const releases = new Set<() => void>();
  let known: string | undefined;
  let knownAt = 0;
  let dead: string | undefined; // the refused token: a message that still carries it is late
  let floor = 0; // ms since 1970: tokens asked for before this are not taken
  let changedAt = 0; // the last login or logout, of this tab or of another
  let rounds = returns ? 1 : 0;
  let mine: string | undefined; // this tab's token
  let own = false; // the user has connected, and only this tab's own provider may be asked for that user's token
  let past: string[] = []; // this tab's tokens before that one, the newest first
  let answered: ((question?: number) => void) | undefined;
  let channel = open(key);
  let closed = false;

  /** Notes a token of this or another tab. `fresh`: a provider has just given it. */
  const learn = (token: string | undefined, at: number, fresh: boolean) => {
    // Another script may post a text that no token function may return, and that would make each ask fail.
    if (typeof token != "string" || hasControl(token) || standsForNone(token) || typeof at != "number") return;
    if (token == dead || !(at >= floor)) return;
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

  /** Forgets the tokens of the user before. */
  const renounce = (at: number) => {
    floor = changedAt = at;
    known = undefined;
    setMine();
  };

  const post = (m: Message) => channel?.postMessage(m);

  /** The known token, if it can be used instead of calling the provider. */
  const usable = (refused?: string): Answer => {
    if (!known || (subjectOf(mine) ?? subjectOf(known)) !== subjectOf(known)) return;
    const claims = claimsOf(known);
    const expiry = expiryOf(claims);
    if (expiry === undefined) return known; // it has no expiry
    // Both the lifetime and the time since the token was received are differences, so the server's clock may be wrong.
    const life = expiry - (issuedOf(claims) ?? knownAt);
    const left = life - Math.abs(Date.now() - knownAt); // abs: the clock may have been set back
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
      /** How many answers each question still waits for, by its id. On a busy machine several questions are open at once. */
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

  /** Whether a refusal concerns this tab: it is about its token, or ("invalid") about a token of the same user that this tab never had. */
  const concerns = (reason: string, token?: string) =>
    mine && (token == mine || (reason == "invalid" && !past.includes(token!) && subjectOf(mine) !== undefined && subjectOf(token) === subjectOf(mine)));

  const stop = () => {
    channel?.close();
    channel = undefined;
    listeners.clear();
    changed.clear();
    for (const release of [...releases]) release();
  };

  /** Holds a lock while fn runs, until stop() at the latest. Rejects if it does not get the lock in `patience` ms; 0: no limit. */
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
    // The lock by which the other tabs count this one.
    hold(key + "+", "shared", 0, () => new Promise(() => {})).catch(stop); // locks are forbidden here: do not share
  }

  return {
    async ask(call, refused, since, ownLogin) {
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
        if (own || ownLogin || prerendering()) return provide();
        try {
          return await hold(key, "exclusive", timeout / 2, async () => usable(refused) || (await askTabs(refused)) || (closed ? undefined : provideInTime()));
        } catch (e) {
          if (asked) throw e; // the provider's own failure
          return closed ? undefined : usable(refused) || provide(); // this tab did not get the lock
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
