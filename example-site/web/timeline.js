// The session as it happens: above the page, below the server, arrows for what they say to each other, and under them
// the tokens with the time that they have left.

import { all, onChange } from "./journal.js";
import { model } from "./model.js";
import { scale, step } from "./scale.js";
import { draw, heights, shell } from "./strip.js";
import { short } from "./words.js";

const spans = [30, 90, 180, 300, 900, 3600, 10_800]; // seconds that are seen at once
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function timeline(root) {
  const box = root.querySelector("#strip");
  const live = root.querySelector("#live");
  const spanSays = root.querySelector("#span");
  const svg = shell(box);

  let width = 0;
  let chosen; // a span that the visitor wants; otherwise what the token's life asks for
  let pan = 0; // ms before now
  let picture; // the last drawing: { place, token }
  let timer;

  const span = () => chosen ?? fitting();

  const narrow = () => width < 500;
  /** The part of the width for the past; the rest is the future. */
  const past = () => (narrow() ? 0.6 : 0.66);

  /** The least span in which the token’s end ahead is seen, if that leaves the present large enough. */
  function fitting() {
    const last = all().findLast((e) => e.lane === "page" && e.kind === "authenticated");
    const life = last?.expiresAt ? last.expiresAt - last.t : 30_000;
    const least = narrow() ? 0 : 1; // a narrow strip must not be crowded
    return spans.slice(least, 4).find((s) => s * 1000 * (1 - past()) >= life - 2000) ?? 300; // further ends are told in words
  }

  const perMs = () => width / (span() * 1000);

  function redraw() {
    if (!width) return;
    const seconds = span();
    const from = Date.now() - pan - seconds * 2000;
    const m = model(all(), narrow());
    const last = m.tokens.at(-1);
    const token = last && last.until === undefined ? last : undefined;
    const shown = m.marks.filter((e) => e.t > from);
    const s = scale(shown.map((e) => e.t), perMs(), narrow() ? 7 : 9);
    const visible = (one) => (one.to ?? Infinity) > from;
    draw(svg, {
      ...m,
      marks: shown,
      states: m.states.filter(visible),
      sockets: m.sockets.filter(visible),
      tokens: m.tokens.filter((t) => t.exp > from),
      token,
      scale: s,
      from,
      until: Date.now() + seconds * 1000,
      step: step(perMs(), narrow() ? 78 : 120),
      width,
    });
    picture = { place: s.place, straight: s.straight, token, drawn: Date.now() };
    spanSays.textContent = seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${seconds / 60} min` : `${seconds / 3600} h`;
    root.querySelector("#zoom-in").disabled = seconds === spans[0];
    root.querySelector("#zoom-out").disabled = seconds === spans.at(-1);
    move();
  }

  /** Time passes: the drawing slides, and nothing is drawn again. */
  function move() {
    if (!picture) return;
    const now = Date.now();
    const { place, straight, token } = picture;
    // After a burst "now" is a little further than the clock says; what is to come is measured from there.
    const slide = width * past() - place(now - pan);
    const line = slide + place(now);
    svg.slide(line, slide, line - straight(now));
    const left = token ? (token.exp - now) * perMs() : 0;
    svg.left(left, line + left > width - 4 && line < width ? `expires in ${short(token.exp - now)}` : "");
    live.hidden = pan === 0;
    if (now - picture.drawn > span() * 300) return redraw();
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    // Half a pixel at a time is smooth; smaller steps only take processor time.
    const pause = still.matches ? 1000 : Math.max(33, Math.min(1000, 0.5 / perMs()));
    timer = setTimeout(() => requestAnimationFrame(move), pause);
  }

  function zoom(by) {
    const next = spans[spans.indexOf(span()) + by];
    if (next) chosen = next;
    redraw();
  }

  function look(ms) {
    const first = all()[0]?.t ?? Date.now();
    pan = Math.max(0, Math.min(ms, Date.now() - first));
    redraw();
  }

  root.querySelector("#zoom-in").addEventListener("click", () => zoom(-1));
  root.querySelector("#zoom-out").addEventListener("click", () => zoom(1));
  live.addEventListener("click", () => look(0));

  const keys = {
    ArrowLeft: () => look(pan + span() * 200),
    ArrowRight: () => look(pan - span() * 200),
    Home: () => look(Infinity),
    End: () => look(0),
    "+": () => zoom(-1),
    "=": () => zoom(-1),
    "-": () => zoom(1),
  };
  box.addEventListener("keydown", (e) => {
    if (!keys[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    keys[e.key]();
  });

  let grip;
  box.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    grip = { x: e.clientX, pan };
    box.setPointerCapture(e.pointerId);
  });
  box.addEventListener("pointermove", (e) => grip && look(grip.pan + (e.clientX - grip.x) / perMs()));
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => (grip = undefined));

  new ResizeObserver(([entry]) => {
    width = entry.contentRect.width;
    redraw();
  }).observe(box);
  let due = false;
  onChange(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      redraw();
    });
  });
  document.addEventListener("visibilitychange", redraw);
  box.style.setProperty("--height", `${heights.all}px`);
}
