// The manager, its events and what shows of the connection.
import { io, Manager } from "socket.io-client";
import { accepts, expectType } from "../expect.js";

const socket = io();
const manager = socket.io;

manager.on("open", () => {});
manager.on("ping", () => {});
manager.on("error", (err) => expectType<Error>()(err));
manager.on("reconnect", (attempt) => expectType<number>()(attempt));
manager.on("reconnect_attempt", (attempt) => expectType<number>()(attempt));
manager.on("reconnect_error", (err) => expectType<Error>()(err));
manager.on("reconnect_failed", () => {});
manager.on("close", (reason, details) => {
  expectType<string>()(reason);
  if (details instanceof Error) accepts<string>(details.message);
  else expectType<string | undefined>()(details?.description);
});
manager.on("packet", (packet) => {
  expectType<string>()(packet.nsp);
  expectType<any>()(packet.data);
  expectType<number | undefined>()(packet.id);
  accepts<number>(packet.type);
});
manager.once("reconnect", () => {});
expectType<"opening" | "open" | "closed">()(manager._readyState);
expectType<boolean>()(manager._reconnecting);
expectType<boolean>()(manager._autoConnect);
manager._close();
manager.off("reconnect");
manager.off();
// @ts-expect-error no such event
manager.on("reconnected", () => {});
// @ts-expect-error wrong type
manager.on("reconnect_attempt", (attempt: string) => attempt);
// @ts-expect-error a manager emits nothing of the user's
manager.emit("open");

expectType<boolean>()(manager.reconnection());
expectType<typeof manager>()(manager.reconnection(false));
expectType<number>()(manager.reconnectionAttempts());
expectType<typeof manager>()(manager.reconnectionAttempts(3));
expectType<number>()(manager.reconnectionDelay());
expectType<typeof manager>()(manager.reconnectionDelay(3));
expectType<number>()(manager.reconnectionDelayMax());
expectType<typeof manager>()(manager.reconnectionDelayMax(3));
expectType<number>()(manager.randomizationFactor());
expectType<typeof manager>()(manager.randomizationFactor(0));
expectType<number | boolean>()(manager.timeout());
expectType<typeof manager>()(manager.timeout(false));
expectType<typeof manager>()(manager.open((err) => expectType<Error | undefined>()(err)));
expectType<typeof manager>()(manager.connect());
// @ts-expect-error
manager.reconnectionAttempts("3");
// @ts-expect-error
manager.reconnection(1);

manager.opts.query = { a: "b" };
manager.opts.extraHeaders = { a: "b" };
manager.opts.transports = ["websocket"];
// @ts-expect-error
manager.opts.path = 1;

const { engine } = manager;
expectType<string>()(engine.transport.name);
expectType<boolean>()(engine.transport.writable);
expectType<Record<string, string>>()(engine.transport.query);
expectType<string>()(engine.id);
expectType<"opening" | "open" | "closing" | "closed">()(engine.readyState);
expectType<number>()(engine.writeBuffer.length);
expectType<"nodebuffer" | "arraybuffer" | "blob">()(engine.binaryType);
engine.binaryType = "blob";
engine.transport.on("error", (err) => {
  accepts<Error>(err);
  accepts<string>(err.type);
  expectType<any>()(err.description);
  expectType<any>()(err.context);
});
engine.once("upgrade", (transport) => expectType<string>()(transport.name));
engine.on("packet", ({ type, data }) => accepts<[string, any]>([type, data]));
engine.on("packetCreate", ({ type }) => accepts<string>(type));
engine.on("drain", () => {});
engine.on("close", (reason) => expectType<string>()(reason));
engine.on("upgradeError", (err) => expectType<Error>()(err));
expectType<typeof engine>()(engine.close());
// @ts-expect-error no such event
engine.on("upgrades", () => {});

class Mine extends Manager {}
accepts<Manager>(new Mine("/"));
