// The drawing. Elements with a time are in a group that slides; the line of the present, the names of the lanes and the veil
// over the future stand still.

const ns = "http://www.w3.org/2000/svg";

export const heights = { flags: 13, row: 17, rows: 3, page: 80, server: 126, token: 156, ends: 178, axis: 200, all: 208 };

export function make(name, attributes = {}, ...children) {
  const e = document.createElementNS(ns, name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...children);
  return e;
}

const h = heights;

export function shell(box) {
  const clip = make("rect", { x: -1e6, y: 0, height: h.all, width: 1e6 });
  const [axis, lanes, flags, ahead] = Array.from({ length: 4 }, () => make("g"));
  const rest = make("rect", { class: "rest", y: h.token - 5, height: 10, rx: 3, width: 0 });
  const now = make("path", { class: "now-line", d: `M0 ${h.page - 12}V${h.axis - 14}` });
  const beyond = make("text", { class: "beyond", y: h.token - 12, "text-anchor": "end" });
  const names = make("g", { class: "lane-names" });
  for (const [name, y] of [["page", h.page], ["server", h.server], ["token", h.token]]) names.append(make("text", { x: 0, y: y - 9 }, name));
  const element = make(
    "svg",
    { class: "drawing", height: h.all, width: "100%", role: "img", "aria-label": "Page and server over time; the list says the same in words" },
    make("clipPath", { id: "until-now" }, clip),
    axis,
    make("g", { "clip-path": "url(#until-now)" }, lanes),
    rest,
    now,
    ahead, // its words are whole where the line crosses them
    flags,
    names,
    beyond,
  );
  box.append(element);
  const shift = (e, by) => e.setAttribute("transform", `translate(${by.toFixed(2)} 0)`);
  return {
    axis,
    ahead,
    lanes,
    flags,
    /** line: where now is; past: how far what has happened slides; time: the same for what goes by the clock alone. */
    slide(line, past, time) {
      shift(lanes, past);
      shift(flags, past);
      shift(axis, time);
      shift(ahead, time);
      shift(now, line);
      clip.setAttribute("width", (1e6 + line).toFixed(2));
      rest.setAttribute("x", line.toFixed(2));
    },
    /** How much of the token is left, and the text for an end that is out of sight. */
    left(width, words) {
      rest.setAttribute("width", Math.max(0, width).toFixed(2));
      if (beyond.textContent === words) return;
      beyond.textContent = words;
      beyond.setAttribute("x", element.clientWidth - 2);
    },
  };
}

const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const withSeconds = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export function draw(svg, m) {
  drawAxis(svg.axis, m);
  drawAhead(svg.ahead, m);
  drawLanes(svg.lanes, m);
  drawFlags(svg.flags, m);
}

function drawAxis(g, m) {
  const items = [];
  const zone = new Date().getTimezoneOffset() * 60_000;
  for (let t = Math.ceil((m.from - zone) / m.step) * m.step + zone; t < m.until; t += m.step) {
    const x = m.scale.straight(t).toFixed(1);
    items.push(make("path", { class: "tick", d: `M${x} ${h.axis - 18}v4` }));
    items.push(make("text", { class: "hour", x, y: h.axis, "text-anchor": "middle" }, (m.step < 60_000 ? withSeconds : clockTime).format(t)));
  }
  g.replaceChildren(...items);
}

/** The future: when the token will be renewed, and its end. */
function drawAhead(g, m) {
  const t = m.token;
  const items = [];
  const note = (at, name, words) => {
    items.push(make("path", { class: name, d: `M${at.toFixed(1)} ${h.token - 10}v20` }));
    if (words) items.push(make("text", { class: "ahead", x: at.toFixed(1), y: h.ends, "text-anchor": "end" }, words)); // on a narrow strip nothing is right of the end
  };
  if (t) {
    const end = m.scale.straight(t.exp);
    note(end, "end", "expires");
    if (t.renews > Date.now()) {
      const x = m.scale.straight(t.renews);
      note(x, "renewal", end - x > 50 ? "renews" : "");
    }
  }
  g.replaceChildren(...items);
}

const far = 1e5;

function drawLanes(g, m) {
  const items = [];
  const start = m.scale.straight(m.from) - 50;
  items.push(make("path", { class: "rail", d: `M${start} ${h.page}H${far}M${start} ${h.server}H${far}` }));
  for (const t of m.tokens) {
    const from = m.scale.place(t.from);
    const to = t === m.token ? far : Math.max(from + 4, m.scale.place(t.until ?? t.exp));
    items.push(make("rect", { class: t === m.token ? "token" : "token over", x: from.toFixed(1), y: h.token - 5, width: (to - from - 2).toFixed(1), height: 10, rx: 3 }));
  }
  const span = (one, y, name) => {
    const from = m.scale.place(one.from);
    const to = one.to === undefined ? far : Math.max(from + 3, m.scale.place(one.to));
    return make("path", { class: name, d: `M${from.toFixed(1)} ${y}H${to.toFixed(1)}` });
  };
  for (const s of m.sockets) items.push(span(s, h.server, "span socket"));
  for (const s of m.states) items.push(span(s, h.page, `span ${s.kind}`));
  m.marks.forEach((e, i) => {
    const x = m.scale.nth(i);
    if (e.call) items.push(arrow(x, e));
    else items.push(dot(x, e));
  });
  g.replaceChildren(...items);
}

/** bad: refusals and what ends things; the rest is plain. */
const tone = (e) => (e.passes ? "" : e.kind === "refused" ? "bad" : e.kind === "authenticated" ? "good" : "");

function arrow(x, e) {
  const [a, b] = e.call === "down" ? [h.page + 6, h.server - 4] : [h.server - 4, h.page + 6];
  const head = e.call === "down" ? -4 : 4;
  const at = x.toFixed(1);
  return make(
    "g",
    { class: `call ${tone(e)}` },
    make("path", { d: `M${at} ${a}V${b}M${(x - 3).toFixed(1)} ${b + head}L${at} ${b}L${(x + 3).toFixed(1)} ${b + head}` }),
    make("title", {}, e.title),
  );
}

function dot(x, e) {
  const y = e.lane === "server" ? h.server : h.page;
  return make("circle", { class: `dot ${e.lane} ${tone(e)}`, cx: x.toFixed(1), cy: y, r: e.lane === "server" ? 3 : 4.5 }, make("title", {}, e.title));
}

/** Flags stand in three rows; the weightier are placed first, and what finds no room is left to the list. */
function drawFlags(g, m) {
  const poles = [];
  const words = [];
  const rows = Array.from({ length: h.rows }, () => []);
  const wanted = m.marks
    .map((e, i) => ({ e, x: m.scale.nth(i) }))
    .filter(({ e }) => e.flag)
    .sort((a, b) => b.e.flag[1] - a.e.flag[1] || b.x - a.x);
  for (const { e, x } of wanted) {
    const [text] = e.flag;
    const wide = text.length * 6.6 + 14;
    const row = rows.findLastIndex((taken) => taken.every(([from, to]) => x + wide < from || x - 4 > to));
    if (row < 0) continue;
    // The pole goes down through the rows below: they keep out of its way.
    for (let below = row; below < h.rows; below++) rows[below].push(below === row ? [x - 4, x + wide] : [x - 4, x + 4]);
    const y = h.flags + row * h.row;
    const at = x.toFixed(1);
    const foot = e.lane === "server" ? h.page + 6 : h.page - 6;
    const part = (child) => make("g", { class: `flag ${tone(e)}` }, child);
    poles.push(part(make("path", { d: `M${at} ${y - 9}V${foot}` })));
    words.push(part(make("text", { x: (x + 6).toFixed(1), y }, text)));
  }
  g.replaceChildren(...poles, ...words); // no pole crosses a word
}
