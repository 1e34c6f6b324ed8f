import { chat } from "./chat.js";
import * as feed from "./feed.js";
import * as journal from "./journal.js";
import { panel } from "./panel.js";
import { report } from "./report.js";
import { session } from "./session.js";
import { address, read } from "./settings.js";
import { status } from "./status.js";
import { loads } from "./loads.js";
import { log } from "./log.js";
import { timeline } from "./timeline.js";

const settings = read();
let name = "";
let left = false; // the page has been left for the login page

const talk = chat({
  room: settings.room,
  me: () => name,
  onRoom: (room) => controls.room(room),
});

const live = session({
  onChange(change) {
    if (change.leaving) left = true;
    if (change.snapshot) controls.session(change.snapshot);
    status(change);
  },
  onAuthenticated(info) {
    name = info.claims?.name || "";
    document.getElementById("who").textContent = name;
    // After a renewal on the same connection, the socket is still in the room.
    if (!info.refreshed || !settings.inband) talk.ready(!info.refreshed);
  },
  onSocket: (socket, via) => talk.use(socket, via),
});

const controls = panel({
  settings,
  onChange(next) {
    Object.assign(settings, next);
    live.send(undefined, settings);
  },
  onBad: (kind) => live.send(kind, settings),
  onRenew: () => live.renew(),
  onEnd: () => live.end(),
});

document.getElementById("again").addEventListener("click", () => live.send(undefined, settings));

// The server tells when the callback has reached it; the state says so too.
journal.onChange((e) => {
  if (e.lane === "server" && e.kind === "acknowledged") status({ acknowledged: true });
});

addEventListener("popstate", () => location.reload()); // the address names another room: load the page again

const before = journal.all().findLast((e) => e.lane === "page" && (e.kind === "leaving" || e.kind === "ended"));
const fresh = !!before && !journal.all().some((e) => e.t > before.t && e.kind === "back");
if (fresh) journal.add("back");
history.replaceState(null, "", address(settings));

timeline(document.getElementById("timeline"));
log(document.getElementById("log"), document.getElementById("as-list"));
report(document.getElementById("report"), live.report);
feed.start(fresh);
loads(document.getElementById("loads"));

live
  .load()
  .then(() => live.send(undefined, settings))
  .catch((error) => status({ broken: error })); // the session cannot begin: no WebAssembly, or a wrong option

addEventListener("pagehide", () => {
  if (!left) journal.add("gone");
});
