/** Refusals: reads what servers send, in all its shapes, and makes the error that the user gets. */
import type { Reason as ReasonName, Via } from "../../types/index.js";
import { textOf } from "../bridge/calls.js";
import { Reason, fatalReasons, reasons } from "../bridge/bridge.gen.js";
import { named } from "./redact.js";

/** What a server has said, in the fields by which the core recognises a refusal of the token. */
export interface Said {
  /** The message of the user's error. */
  message: string;
  /** The server's code, a text or a number as it gave it. */
  code?: string | number;
  data: unknown;
  /** The HTTP status of the response to the handshake, if the server has refused that. */
  status?: number;
  type: unknown;
  /** All messages, one on each line. */
  messages: string;
}

/** The same as arguments of the core's operations. */
export interface Recognisable {
  code: string;
  messages: string;
  type: string;
  /** The result of option `classify`. */
  reason: Reason;
}

type Fields = Record<string, unknown>;

/** The fields of a value out of a server's JSON, if it has any. */
const fieldsOf = (v: unknown): Fields | undefined => (v && typeof v == "object" ? (v as Fields) : undefined);

/** A server's code, if it is one: a number, or a text that is not empty. */
const codeOf = (v: unknown): string | number | undefined => (typeof v == "number" || (v && typeof v == "string") ? v : undefined);

/**
 * Reads an error of a server: {message, code, type} in its `data`, or (`flat`) beside `data`, or a plain text. The `data` of a
 * middleware's error may be anything.
 */
export function saidOf(raw: unknown, flat?: boolean, status?: number): Said {
  const outer = fieldsOf(raw) || { message: raw };
  const data = outer.data ?? (flat ? outer : undefined);
  const inner = fieldsOf(data) || { code: typeof data == "string" && data != outer.message ? data : undefined };
  const message = textOf(inner.message ?? outer.message);
  const messages = inner.message === undefined || inner == outer ? message : textOf(outer.message) + "\n" + message;
  return {
    message,
    code: codeOf(inner.code) ?? codeOf(outer.code),
    data,
    status,
    type: inner.type ?? inner.name ?? outer.type,
    // Middlewares give HTTP's status in `data`, as {status: 401}. It is no code of the server's: the core alone reads it.
    messages: (inner.status ?? inner.statusCode) == 401 ? messages + "\n401" : messages,
  };
}

/** Reads the HTTP status and the body by which a server has refused a handshake. */
export function saidByStatus(status: number, body: unknown): Said {
  let message: unknown;
  try {
    message = JSON.parse(body as string).message;
  } catch (e) {}
  const said = saidOf({ message: typeof message == "string" ? message : "" }, false, status);
  return {
    ...said,
    // Without a message of the server's, the message names the status.
    message: said.message || `the server answered the handshake with HTTP status ${status}`,
    code: status == 401 ? "invalid_token" : undefined,
  };
}

/** The one error for all the ways in which a server refuses a token. */
export class UnauthorizedError extends Error {
  declare readonly name: "UnauthorizedError";
  readonly type = "UnauthorizedError";
  declare readonly reason: ReasonName;
  declare readonly code: string | number | undefined;
  declare readonly data: unknown;
  declare readonly via: Via | Via[];
  declare readonly cause?: unknown;

  constructor(message: string, fields: object) {
    super(message);
    Object.assign(named(this, "UnauthorizedError"), fields);
  }
}

/**
 * The UnauthorizedError with a fatal reason that a token function has thrown: the session is over. undefined for anything
 * else, after which the function is asked again.
 */
export function finalOf(threw: unknown): { error: UnauthorizedError; reason: Reason } | undefined {
  const error = fieldsOf(threw) as Partial<UnauthorizedError> | undefined;
  if (error?.type != "UnauthorizedError" || !(fatalReasons as readonly unknown[]).includes(error.reason)) return;
  return { error: error as UnauthorizedError, reason: reasonCalled(error.reason) };
}

/** The reason with a name; Reason.None for anything else. */
export const reasonCalled = (name: unknown): Reason => Math.max(Reason.None, (reasons as readonly unknown[]).indexOf(name));
