// The events of this tab in order: those of the library (onTrace), those of the server, and some of the page, such as a
// visit to the login page, which the journal outlives. The timeline and the list show it. It has no token.

const key = "journal";
const memory = 400;
const keep = 60 * 60_000;

const listeners = new Set();
let entries = [];

try {
  entries = JSON.parse(sessionStorage.getItem(key) || "[]").filter((e) => e.t > Date.now() - keep);
} catch {
  entries = [];
}

export const all = () => entries;
export const onChange = (listener) => listeners.add(listener);

/** Adds an entry: an event in the page, or (lane "server") an observation of the server. */
export function add(kind, more = {}) {
  const entry = { t: Date.now(), lane: "page", kind, ...more };
  let at = entries.length;
  while (at > 0 && entries[at - 1].t > entry.t) at--; // entries of the server come a little late
  entries.splice(at, 0, entry);
  if (entries.length > memory) entries = entries.slice(-memory);
  try {
    sessionStorage.setItem(key, JSON.stringify(entries));
  } catch {
    // without a storage the journal lasts for this visit
  }
  for (const listener of listeners) listener(entry);
  return entry;
}

/** Adds an event of the library's. */
export const trace = ({ at, name, nsp, ...fields }, more) => add(name, { t: at, ...fields, ...more });

export const tab = (() => {
  let id = "";
  try {
    id = sessionStorage.getItem("tab") || "";
  } catch {}
  if (!id) id = Math.random().toString(36).slice(2, 10);
  try {
    sessionStorage.setItem("tab", id);
  } catch {}
  return id;
})();
