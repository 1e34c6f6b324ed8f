import { chat } from "./chat.js";
import * as feed from "./feed.js";
import * as journal from "./journal.js";
import { panel } from "./panel.js";
import { session } from "./session.js";
import { address, read } from "./settings.js";
import { status } from "./status.js";
import { loads } from "./loads.js";
import { log } from "./log.js";
import { timeline } from "./timeline.js";

const settings = read();
let name = "";

/** What cannot even begin: no WebAssembly, an option that cannot be. */
function broken(error) {
  status({ state: "broken", error });
}

const talk = chat({
  room: settings.room,
  me: () => name,
  onRoom: (room) => controls.room(room),
});

function show(change) {
  if (change.info) {
    name = change.info.claims?.name || "";
    document.getElementById("who").textContent = name;
    // A renewal on the same connection finds the room as it was.
    if (!change.info.refreshed || !settings.inband) talk.ready(!change.info.refreshed);
  }
  if (change.state) controls.live(change.state === "authenticated");
  status(change);
}

const live = session(show, (socket) => talk.use(socket, live.settings.via));

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
  if (e.lane === "server" && e.kind === "acknowledged" && document.getElementById("state").dataset.state === "refused") {
    status({ acknowledged: true });
  }
});

addEventListener("popstate", () => location.reload()); // another room, another address: simplest is to read it again

const left = journal.all().findLast((e) => e.lane === "page" && (e.kind === "leaving" || e.kind === "ended"));
const fresh = !!left && !journal.all().some((e) => e.t > left.t && e.kind === "back");
if (fresh) journal.add("back");
history.replaceState(null, "", address(settings));

timeline(document.getElementById("timeline"));
log(document.getElementById("log"), document.getElementById("as-list"));
feed.start(fresh);
loads(document.getElementById("loads"));

live
  .load()
  .then(() => live.send(undefined, settings))
  .catch(broken);

addEventListener("pagehide", () => {
  if (document.getElementById("state").dataset.state !== "leaving") journal.add("gone");
});
