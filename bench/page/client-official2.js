// socket.io-client 2.5.0, for the flow that exists on 1.x and 2.x servers only. It is a classic script.
await new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = new URL("../official2.js", import.meta.url);
  script.onload = done;
  script.onerror = failed;
  document.head.append(script);
});

export const authenticate = (via, token, options) =>
  new Promise((done, failed) => {
    const socket = window.io(location.origin, options);
    socket.on("connect", () => socket.emit("authenticate", { token }));
    socket.on("authenticated", () => done(socket));
    socket.on("unauthorized", failed);
  });
export const ready = () => {};
