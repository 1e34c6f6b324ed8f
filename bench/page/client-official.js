import { io } from "../official.js";

export const connect = (options) => io(options);
export const authenticate = (via, token, options) =>
  new Promise((done, failed) => {
    const socket = io({ ...options, [via]: { token } });
    socket.on("connect", () => done(socket));
    socket.on("connect_error", failed);
  });
export const ready = () => {};
export const emitWithAck = (socket, ...args) => socket.emitWithAck(...args);
