import * as lib from "../ours/index.js";

export const connect = (options) => lib.io(options);
/** With the token sent as `via` says; resolves when the server has accepted it. */
export const authenticate = (via, token, options) =>
  new Promise((done, failed) => {
    const socket = lib.connect({ ...options, via, token: () => token, onAuthenticated: () => done(socket), onUnauthorized: failed });
  });
export const ready = () => lib.load();
export const emitWithAck = (socket, ...args) => socket.emitWithAck(...args);
