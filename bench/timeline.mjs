// Draws the waits of each client's page, from its first script to the acceptance of a token: the median round of row "far".
import { median } from "./stats.mjs";

const scale = 3; // px per ms
const left = 190;
const line = 18;

const middle = (rounds) => {
  const found = rounds.filter(Boolean);
  const mid = median(found.map((r) => r.ms));
  return found.reduce((a, b) => (Math.abs(b.ms - mid) < Math.abs(a.ms - mid) ? b : a));
};

/** A request's name in the picture, and its colour. */
function label({ name, polls, first }) {
  if (polls) return first ? ["handshake", "handshake"] : ["poll, or CONNECT posted", "poll"];
  return [name.replace(/^.*\//, ""), name.endsWith(".wasm") ? "wasm" : "script"];
}

function bars({ requests, sockets, connect, authenticated }) {
  const rows = requests
    .filter((r) => r.startTime < authenticated)
    .map((r) => [...label(r), r.startTime, Math.min(r.responseEnd || authenticated, authenticated)]);
  for (const s of sockets) if (s.start < authenticated) rows.push(["websocket (upgrade)", "socket", s.start, Math.min(s.open ?? authenticated, authenticated)]);
  rows.sort((a, b) => a[2] - b[2]);
  rows.push(["connect() → authenticated", "whole", connect, authenticated]);
  const zero = Math.min(...rows.map((r) => r[2]));
  return rows.map(([name, kind, from, to]) => [name, kind, from - zero, to - zero]);
}

export function timeline(samples) {
  const parts = [];
  let y = 8;
  let width = 0;
  for (const [client, rounds] of Object.entries(samples)) {
    const seen = middle(rounds);
    parts.push(`<text x="8" y="${y + 13}" class="client">${client}: ${seen.ms.toFixed(0)} ms</text>`);
    y += line + 4;
    for (const [name, kind, from, to] of bars(seen)) {
      const x = left + from * scale;
      parts.push(`<text x="${left - 8}" y="${y + 12}" text-anchor="end">${name}</text>`, `<rect x="${x.toFixed(1)}" y="${y + 2}" width="${Math.max(1, (to - from) * scale).toFixed(1)}" height="${line - 5}" class="${kind}"/>`, `<text x="${(left + to * scale + 5).toFixed(1)}" y="${y + 12}" class="ms">${(to - from).toFixed(0)}</text>`);
      width = Math.max(width, to);
      y += line;
    }
    y += 14;
  }
  const right = left + width * scale + 40;
  const grid = [];
  for (let ms = 0; ms <= width; ms += 50) grid.push(`<path d="M${left + ms * scale} 4V${y - 8}"/><text x="${left + ms * scale}" y="${y + 6}" text-anchor="middle">${ms} ms</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right.toFixed(0)} ${y + 14}" font-family="system-ui, sans-serif" font-size="11">
<style>text{fill:#334}.client{font-weight:600;font-size:13px}.ms{fill:#667}path{stroke:#dde}.script{fill:#9ab}.wasm{fill:#7c6bd6}.handshake{fill:#2a8f6d}.poll{fill:#5bb796}.socket{fill:#d9a13b}.whole{fill:#c8503f}</style>
<rect width="100%" height="100%" fill="#fff"/>
${[...grid, ...parts].join("\n")}
</svg>
`;
}
