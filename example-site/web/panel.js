// The controls for trying the client.

import { address, lifeInWords, lives, possible } from "./settings.js";
import { refreshBefore } from "./rules.js";
import { namespaces } from "./session.js";

const form = document.getElementById("panel");
const range = document.getElementById("life-range");
const lifeSays = document.getElementById("life-says");
const code = document.getElementById("code");
const snapshotSays = document.getElementById("snapshot");

/** @param {{ settings: object, onChange(settings: object): void, onBad(kind: string): void, onRenew(): void, onEnd(): void }} options */
export function panel({ settings, onChange, onBad, onRenew, onEnd }) {
  const field = (name) => form.elements.namedItem(name);

  function show() {
    field("via").value = settings.via;
    range.value = String(lives.indexOf(settings.life));
    field("renew").checked = settings.renew;
    field("inband").checked = settings.inband;
    field("inband").disabled = settings.via !== "event" || !settings.renew;
    field("protocol").value = settings.protocol;
    field("transport").value = settings.transport;
    field("transport").querySelector("[value=websocket]").disabled = settings.via === "header";
    field("protocol").querySelector('[value="3"]').disabled = settings.via === "auth";
    sayLife();
    code.textContent = snippet(settings);
  }

  function sayLife() {
    const words = lifeInWords(lives[range.value]);
    lifeSays.textContent = words;
    range.setAttribute("aria-valuetext", words);
    range.style.setProperty("--at", String(range.value / range.max));
  }

  range.addEventListener("input", sayLife);

  form.addEventListener("change", () => {
    settings = possible({
      ...settings,
      via: field("via").value,
      life: lives[range.value],
      renew: field("renew").checked,
      inband: field("inband").checked,
      protocol: field("protocol").value,
      transport: field("transport").value,
    });
    show();
    history.replaceState(null, "", address(settings));
    onChange(settings);
  });

  form.addEventListener("click", (e) => {
    const button = e.target.closest("button");
    if (!button) return;
    if (button.dataset.bad) onBad(button.dataset.bad);
    else if (button.id === "renew-now") onRenew();
    else if (button.id === "end") onEnd();
  });
  form.addEventListener("submit", (e) => e.preventDefault());

  show();
  return {
    room(room) {
      settings = { ...settings, room };
      history.pushState(null, "", address(settings));
    },
    /** Without a session there is nothing to renew. */
    session(snapshot) {
      document.getElementById("renew-now").disabled = snapshot.status !== "authenticated";
      snapshotSays.textContent = inWords(snapshot);
    },
  };
}

/** A snapshot as a console shows it, without what is undefined. */
function inWords({ error, ...rest }) {
  return JSON.stringify({ ...rest, error: error && { name: error.name, reason: error.reason, code: error.code, message: error.message } }, null, 1);
}

function snippet(s) {
  const lines = [
    `import { connect }`,
    `  from "socketio-jwt-wasm";`,
    ``,
    `const socket = connect("${namespaces[s.via]}", {`,
    `  token: () => api.freshToken(),`,
    `  via: "${s.via}",`,
  ];
  if (!s.renew) lines.push(`  refreshBefore: 0,`);
  else if (s.life < 2 * refreshBefore) lines.push(`  // refreshBefore: ${refreshBefore}: here half its life`);
  if (s.inband) lines.push(`  inBandRefresh: true,`);
  if (s.protocol !== "auto") lines.push(`  protocol: ${s.protocol},`);
  if (s.transport !== "both") lines.push(`  transports: ["${s.transport}"],`);
  lines.push(
    `  onAuthenticated: ({ expiresAt }) => …,`,
    `  onUnauthorized: async (error) => …,`,
    `  redirect: "/login",`,
    `});`,
    `socket.session.subscribe(() =>`,
    `  draw(socket.session.getSnapshot()));`,
  );
  return lines.join("\n");
}
