// What the visitor reads first: the state in a word, why in a sentence, and how long it will last.

import { quote } from "./words.js";

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
const names = { polling: "polling", websocket: "WebSocket" };

let now = { state: "loading" };
let ticking;

/** 9:07, 0:42 */
export function minutes(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

const passes = {
  timeout: "The server did not answer. Trying again.",
  unavailable: "No token could be had. Trying again.",
};

const texts = {
  loading: () => ["Loading", "The client starts."],
  connecting: () => ["Connecting", now.passing ? passes[now.passing] : now.lost ? `The connection was lost (${now.lost}). Trying again.` : `The token travels by ${now.via}.`],
  authenticated: () => ["Authenticated", `As ${now.info.claims?.name}, by ${now.via}${now.transport ? `, over ${names[now.transport] || now.transport}` : ""}.`],
  refused: () => {
    const { reason, message, code } = now.error || {};
    const said = reason === "missing" ? "There is no token." : (code ? `The server says ${quote(message)}, code ${code}.` : "The token has expired. It was not even sent.");
    const then = now.acknowledged ? " It was acknowledged, and the server has hung up." : "";
    return ["Refused", said + then];
  },
  broken: () => ["Not connected", now.error.message],
  leaving: () => ["Signed out", "Taking you to the login page."],
};

export function status(change) {
  const before = now;
  if (change.state === "connecting" || change.state === "authenticated") now = { transport: now.transport, via: now.via };
  now = { ...now, ...change };
  const [short, long] = texts[now.state]();
  heading.dataset.state = now.state;
  word.textContent = short;
  says.textContent = long;
  if (before.state !== now.state || now.state === "refused") say(`${short}. ${long}`);
  mend.hidden = now.state !== "refused";
  tick();
}

/** Read out when it changes, not while it loads. */
function say(text) {
  if (now.state !== "loading" && aloud.textContent !== text) aloud.textContent = text;
}

function tick() {
  clearTimeout(ticking);
  const end = now.state === "authenticated" && now.info?.expiresAt?.getTime();
  clock.hidden = !end;
  if (!end) {
    document.title = `${word.textContent} · socketio-jwt-wasm`;
    return;
  }
  const left = end - Date.now();
  const whole = end - now.info.claims.iat * 1000;
  digits.textContent = minutes(left);
  until.textContent = `until ${time.format(end)}`;
  life.style.setProperty("--left", String(Math.max(0, Math.min(1, left / whole))));
  document.title = `${minutes(left)} · socketio-jwt-wasm`;
  if (left > 0) ticking = setTimeout(tick, (left % 1000) + 10);
}

document.addEventListener("visibilitychange", tick); // timers sleep in hidden tabs
