// The chat. The library keeps its emits until the token is accepted, and sends each once, in order.

import { person } from "./words.js";

const list = document.getElementById("messages");
const people = document.getElementById("people");
const form = document.getElementById("compose");
const text = document.getElementById("text");
const rooms = document.getElementById("rooms");

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const title = (room) => room[0].toUpperCase() + room.slice(1);

/** @param {{ room: string, me: () => string, onRoom(room: string): void }} options */
export function chat({ room, me, onRoom }) {
  let socket;
  const waiting = new Map(); // undelivered messages, with their elements
  let seen = new Set();

  // What is not sent yet outlives the session, for whoever wrote it: the next person at this tab does not see it.
  const draft = {
    get: () => sessionStorage.getItem("draft " + room) || "",
    set: (value) => sessionStorage.setItem("draft " + room, value),
    forget() {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft ")) sessionStorage.removeItem(key);
    },
  };
  let author; // whose drafts they are, once the server has accepted a token

  /** Puts the draft back for its author, and forgets it when somebody else has signed in. */
  function restore() {
    if (author === me()) return;
    const changed = author !== undefined;
    author = me();
    if (sessionStorage.getItem("draft's author") !== author) draft.forget();
    sessionStorage.setItem("draft's author", author);
    if (changed) text.value = "";
    if (text.value) draft.set(text.value); // written while the page was connecting
    else text.value = draft.get();
  }

  function element(m, state = "") {
    const li = document.createElement("li");
    const head = document.createElement("p");
    const name = document.createElement("b");
    name.dir = "auto";
    const when = document.createElement("time");
    name.textContent = m.name;
    when.dateTime = new Date(m.at).toISOString();
    when.textContent = state || time.format(m.at);
    head.append(name, " ", when);
    if (m.via) {
      const via = document.createElement("small");
      via.textContent = m.via;
      via.title = `The sender’s token came by ${m.via}`;
      head.append(" ", via);
    }
    const body = document.createElement("p");
    body.dir = "auto";
    body.textContent = m.text;
    li.append(head, body);
    li.classList.toggle("mine", m.name === me());
    li.classList.toggle("waits", !!state);
    return li;
  }

  const atEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const toEnd = () => (list.scrollTop = list.scrollHeight);

  function show(m) {
    if (seen.has(m.id)) return;
    seen.add(m.id);
    const stay = !atEnd();
    const firstWaiting = list.querySelector(".waits");
    list.insertBefore(element(m), firstWaiting);
    if (!stay) toEnd();
  }

  function crowd(names) {
    const others = names.filter((n) => n !== me());
    if (!others.length) {
      people.textContent = "Nobody else is here. Open a second window and sign in.";
      return;
    }
    people.replaceChildren("You and ", ...others.flatMap((name, i) => (i ? [", ", person(name)] : [person(name)])));
  }

  /** The server does not know a new connection's room. */
  function join(fresh) {
    socket?.emit("join", { room }, (answer) => {
      if (answer.error || answer.room !== room) return;
      if (fresh) {
        list.replaceChildren();
        seen = new Set();
      }
      answer.messages.forEach(show);
      for (const item of waiting.values()) if (item.room === room) list.append(item.element);
      crowd(answer.people);
      toEnd();
    });
  }

  function go(next) {
    room = next;
    for (const a of rooms.children) {
      if (a.dataset.room === room) a.setAttribute("aria-current", "page");
      else a.removeAttribute("aria-current");
    }
    text.placeholder = `Write to ${title(room)}`;
    if (author !== undefined) text.value = draft.get();
  }

  rooms.addEventListener("click", (e) => {
    const a = e.target.closest("a");
    if (!a || e.metaKey || e.ctrlKey || e.shiftKey) return;
    e.preventDefault();
    if (a.dataset.room === room) return;
    go(a.dataset.room);
    onRoom(room);
    join(true);
  });

  text.addEventListener("input", () => draft.set(text.value));
  document.querySelector('form[action="/logout"]').addEventListener("submit", draft.forget);

  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const words = text.value.trim();
    if (!words || !socket) return;
    text.value = "";
    draft.set("");
    const item = { room, element: element({ name: me(), at: Date.now(), text: words }, "waiting") };
    waiting.set(item, item);
    list.append(item.element);
    toEnd();
    socket.emit("message", { room, text: words }, (answer) => {
      waiting.delete(item);
      if (answer?.error) {
        item.element.classList.add("lost");
        item.element.querySelector("time").textContent = answer.error;
        return;
      }
      item.element.remove();
      show({ id: answer.id, at: answer.at, name: me(), text: words, via: socket.via });
    });
  });

  go(room);

  return {
    use(next, via) {
      socket = next;
      socket.via = via;
      // Messages of a socket that has ended are not sent by themselves.
      for (const item of waiting.values()) {
        item.element.classList.add("lost");
        item.element.querySelector("time").textContent = "not sent";
      }
      waiting.clear();
      socket.on("message", (m) => m.room === room && show(m.message));
      socket.on("people", (p) => p.room === room && crowd(p.people));
    },
    /** The token was accepted, on a connection that the server has not seen before unless it is renewed in band. */
    ready(fresh) {
      restore();
      join(fresh);
    },
  };
}
