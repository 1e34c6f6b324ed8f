/** The sockets by slot number, by which Go knows them. */
import type { Socket } from "./socket.js";

export const sockets: Socket[] = [];
