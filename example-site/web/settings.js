// The visitor's settings. They are in the address, so that they are there after the login page.

export const lives = [10, 20, 30, 60, 120, 300, 600, 900, 1800, 2700, 3600];

const ways = ["event", "query", "header", "auth"];
const rooms = ["general", "design", "support"];

export function read(search = location.search) {
  const q = new URLSearchParams(search);
  const one = (name, allowed) => (allowed.includes(q.get(name)) ? q.get(name) : allowed[0]);
  const life = Number(q.get("life"));
  return possible({
    via: one("via", ways),
    life: lives.includes(life) ? life : 30,
    renew: q.get("renew") !== "no",
    inband: q.get("inband") === "yes",
    protocol: one("protocol", ["auto", "4", "3"]),
    transport: one("transport", ["both", "websocket", "polling"]),
    room: one("room", rooms),
  });
}

/** Mends settings that exclude each other: the way of the token decides. */
export function possible(s) {
  return {
    ...s,
    inband: s.inband && s.via === "event",
    protocol: s.via === "auth" && s.protocol === "3" ? "auto" : s.protocol, // CONNECT carries nothing there
    transport: s.via === "header" && s.transport === "websocket" ? "both" : s.transport, // a browser puts no header on one
  };
}

/** The address for settings, without the defaults. */
export function address(s) {
  const q = new URLSearchParams();
  const usual = read("");
  for (const [name, value] of Object.entries(s)) {
    if (value !== usual[name]) q.set(name, value === true ? "yes" : value === false ? "no" : String(value));
  }
  return "/" + (q.size ? "?" + q : "");
}

export function lifeInWords(seconds) {
  if (seconds < 60) return `${seconds} seconds`;
  if (seconds < 3600) return seconds === 60 ? "1 minute" : `${seconds / 60} minutes`;
  return "1 hour";
}
