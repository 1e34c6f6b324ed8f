// From connect() to a token accepted, in a page that connects as soon as its script runs, when nothing is ready, or
// `later` ms after that.

/** WebSockets are in no resource timing. */
const sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    const row = { start: performance.now() };
    sockets.push(row);
    this.addEventListener("open", () => (row.open = performance.now()));
  }
};

let result;
export const begin = (...args) => void (result = start(...args));
export const seen = () => result;

async function start(client, via, { later, ...options }) {
  if (later) await new Promise((done) => setTimeout(done, later));
  performance.mark("bench connect");
  const from = performance.now();
  await client.authenticate(via, window.token, options);
  const ms = performance.now() - from;
  performance.mark("bench authenticated");
  return { ms, connect: from, authenticated: from + ms, requests: performance.getEntriesByType("resource").map(request), sockets };
}

const request = ({ name, initiatorType, startTime, requestStart, responseStart, responseEnd, transferSize }) => {
  const { pathname, searchParams } = new URL(name);
  return { name: pathname.replace(/^\/files\/[^/]*\//, ""), polls: searchParams.has("EIO"), first: !searchParams.has("sid"), initiatorType, startTime, requestStart, responseStart, responseEnd, transferSize };
};
