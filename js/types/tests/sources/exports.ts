// index.d.ts is written by hand: what it declares, the sources export, and each member of it that users see is there with
// a type that fits. The sources may have more.
import * as declared from "../../index.js";
import * as source from "../../../src/index.js";

type Declared = typeof declared;
type Source = typeof source;

// Every name is exported, and none is that is not declared.
type Missing = Exclude<keyof Declared, keyof Source>;
type Undeclared = Exclude<keyof Source, keyof Declared>;
type None<T extends never> = T;
export type NoneIsMissing = None<Missing>;
export type NoneIsUndeclared = None<Undeclared>;

// What is no class: the same calls, the same values.
type Plain = "load" | "protocol" | "version" | "Fetch" | "XHR" | "NodeFetch" | "NodeXHR" | "WebSocket" | "NodeWebSocket" | "WebTransport";
export const plain: Pick<Declared, Plain> = source;

// Instances.
export const socket = (s: source.Socket): declared.Socket => s;
export const manager = (m: source.Manager): declared.Manager => m;
export const error = (e: source.UnauthorizedError): declared.UnauthorizedError => e;

// Ways to make one.
export const connect: (...args: Parameters<Declared["connect"]>) => declared.Socket = source.connect;
export const makeSocket = (...args: ConstructorParameters<Declared["Socket"]>): source.Socket => new source.Socket(args[0] as unknown as source.Manager, args[1], args[2]);
export const makeManager = (...args: ConstructorParameters<Declared["Manager"]>): source.Manager => new source.Manager(...args);
export const makeError = (...args: ConstructorParameters<Declared["UnauthorizedError"]>): source.UnauthorizedError => new source.UnauthorizedError(...args);
