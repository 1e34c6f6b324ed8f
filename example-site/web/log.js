// The journal as a list, newest first: the timeline in words.

import { all, onChange } from "./journal.js";
import { sentence } from "./words.js";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" });
const length = 100;

export function log(list, button) {
  let due = false;
  function draw() {
    due = false;
    list.replaceChildren(
      ...all()
        .slice(-length)
        .reverse()
        .map((e) => {
          const li = document.createElement("li");
          const when = document.createElement("time");
          const who = document.createElement("span");
          const what = document.createElement("p");
          when.textContent = time.format(e.t);
          who.textContent = e.lane;
          what.textContent = sentence(e);
          li.className = e.lane;
          li.append(when, who, what);
          return li;
        }),
    );
  }
  const soon = () => {
    if (due || list.hidden) return;
    due = true;
    queueMicrotask(draw);
  };
  button.addEventListener("click", () => {
    list.hidden = !list.hidden;
    button.setAttribute("aria-expanded", String(!list.hidden));
    soon();
  });
  onChange(soon);
}
