// Exceptions that nobody caught. The official client lets a listener's exception out in a promise or an event
// handler, others may hand it to reportError: all of it arrives here.
const seen = [];
const waiting = new Set();

function note(error) {
  seen.push(error);
  for (const look of [...waiting]) look();
}
window.addEventListener("error", (event) => {
  event.preventDefault();
  note(event.error ?? event.message);
});
window.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  note(event.reason);
});

export const uncaught = {
  /** Takes one with that message, waiting for it if need be. */
  take(message) {
    return new Promise((resolve) => {
      const look = () => {
        const i = seen.findIndex((error) => error?.message === message);
        if (i < 0) return;
        waiting.delete(look);
        resolve(seen.splice(i, 1)[0]);
      };
      waiting.add(look);
      look();
    });
  },
  /** Everything that is left. */
  drain: () => seen.splice(0),
};
