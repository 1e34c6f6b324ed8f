// Shows the state in a word, its reason in a sentence, and how long it will last, from the snapshots of socket.session. The
// page adds the transport, and its own way to the login page.

import { person, quote, transportName } from "./words.js";

const at = (id) => document.getElementById(id);
const heading = at("state");
const word = at("state-word");
const says = at("state-says");
const aloud = at("state-aloud");
const mend = at("mend");
const clock = at("clock");
const digits = at("digits");
const until = at("until");
const life = at("life");

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** { snapshot, via, transport, acknowledged }, and what is stronger: { leaving: error } or { broken: error }. */
let now = {};
let ticking;

/** 9:07, 0:42 */
export function minutes(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** The state's name: a status of the library's, or the page's own. */
const state = () => (now.broken ? "broken" : now.leaving ? "leaving" : now.snapshot ? now.snapshot.status : "loading");

const passes = {
  timeout: "The server did not answer.",
  unavailable: "No token could be had.",
};

function waitsFor({ error, nextAttemptAt, attempt }) {
  const why = passes[error?.reason] || (error ? `There is no connection: ${quote(error.message)}.` : "The connection was lost.");
  const left = nextAttemptAt && nextAttemptAt - Date.now();
  return left > 0 ? `${why} Attempt ${attempt + 1} in ${Math.ceil(left / 1000)} s.` : `${why} Trying again.`;
}

function refusal({ reason, message, code }) {
  if (reason === "missing") return "There is no token.";
  return code ? `The server says ${quote(message)}, code ${code}.` : "The token has expired. It was not even sent.";
}

const texts = {
  loading: () => ["Loading", "The client starts."],
  idle: () => ["Not connected", now.snapshot.error?.message || "The connection is closed."],
  connecting: ({ attempt }) => ["Connecting", attempt ? `Attempt ${attempt} to connect again.` : `The token travels by ${now.via}.`],
  waiting: (s) => ["Waiting", waitsFor(s)],
  authenticated: ({ claims }) => ["Authenticated", ["As ", person(claims?.name), `, by ${now.via}${now.transport ? `, over ${transportName(now.transport)}` : ""}.`]],
  refused: ({ error }) => ["Refused", refusal(error) + (now.acknowledged ? " It was acknowledged, and the server has hung up." : "")],
  broken: () => ["Not connected", now.broken.message],
  leaving: () => ["Signed out", "Taking you to the login page."],
};

export function status(change) {
  const before = state();
  now = { ...now, ...change };
  if (state() !== before) now.acknowledged = false;
  draw();
  const text = `${word.textContent}. ${says.textContent}`;
  if (state() !== before || state() === "refused") say(text);
}

/** Screen readers read it when it changes, not while the page loads. */
function say(text) {
  if (state() !== "loading" && aloud.textContent !== text) aloud.textContent = text;
}

function draw() {
  clearTimeout(ticking);
  const [short, long] = texts[state()](now.snapshot);
  heading.dataset.state = state();
  word.textContent = short;
  says.replaceChildren(...[long].flat());
  mend.hidden = !["refused", "idle"].includes(state());
  const shown = state() === "authenticated" ? now.snapshot : {};
  const end = shown.expiresAt?.getTime();
  clock.hidden = !end;
  if (end) countDown(end, end - shown.claims.iat * 1000);
  document.title = `${end ? digits.textContent : short} · socketio-jwt-wasm`;
  const next = end || (state() === "waiting" && now.snapshot.nextAttemptAt?.getTime());
  const left = next - Date.now();
  if (left > 0) ticking = setTimeout(draw, (left % 1000) + 10);
}

/** end: ms since 1970; whole: the token's lifetime in ms. */
function countDown(end, whole) {
  const left = end - Date.now();
  digits.textContent = minutes(left);
  until.textContent = `until ${time.format(end)}`;
  life.style.setProperty("--left", String(Math.max(0, Math.min(1, left / whole))));
}

document.addEventListener("visibilitychange", draw); // timers sleep in hidden tabs
