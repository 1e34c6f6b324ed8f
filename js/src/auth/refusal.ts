/** A server's no: its words, whatever shape they have, and the error that the user gets. */
import type { Reason as ReasonName, Via } from "../../types/index.js";
import { textOf } from "../bridge/calls.js";
import { Reason, fatalReasons, reasons } from "../bridge/bridge.gen.js";
import { named } from "./redact.js";

/** What a server has said, in the fields by which the core recognises a no to the token. */
export interface Said {
  /** What the user gets. */
  message: string;
  /** As the server gave it. */
  code?: string | number;
  data: unknown;
  /** Of HTTP, where that is what the server has answered with. */
  status?: number;
  type: unknown;
  /** All messages, a line each. */
  messages: string;
}

/** The same in the arguments that the core takes. */
export interface Recognisable {
  code: string;
  messages: string;
  type: string;
  /** What the option `classify` says. */
  reason: Reason;
}

type Fields = Record<string, unknown>;

/** The fields of a value out of a server's JSON, if it has any. */
const fieldsOf = (v: unknown): Fields | undefined => (v && typeof v == "object" ? (v as Fields) : undefined);

/** A server's code, if it is one: a number, or a text that is not empty. */
const codeOf = (v: unknown): string | number | undefined => (typeof v == "number" || (v && typeof v == "string") ? v : undefined);

/**
 * Servers put {message, code, type} into `data`, or (`flat`) beside it, or say only a text; a middleware's error has `data`
 * as it likes.
 */
export function saidOf(raw: unknown, flat?: boolean, status?: number): Said {
  const outer = fieldsOf(raw) || { message: raw };
  const data = outer.data ?? (flat ? outer : undefined);
  const inner = fieldsOf(data) || { code: typeof data == "string" && data != outer.message ? data : undefined };
  const message = textOf(inner.message ?? outer.message);
  return {
    message,
    code: codeOf(inner.code) ?? codeOf(outer.code),
    data,
    status,
    type: inner.type ?? inner.name ?? outer.type,
    messages: inner.message === undefined || inner == outer ? message : textOf(outer.message) + "\n" + message,
  };
}

/** What a server has answered a handshake with, by its HTTP status and the body. */
export function saidByStatus(status: number, body: unknown): Said {
  let message: unknown;
  try {
    message = JSON.parse(body as string).message;
  } catch (e) {}
  const said = saidOf({ message: typeof message == "string" ? message : "" }, false, status);
  return {
    ...said,
    // Without a word of the server's the error tells of the status.
    message: said.message || `the server answered the handshake with HTTP status ${status}`,
    code: status == 401 ? "invalid_token" : undefined,
  };
}

/** One error for all the ways in which servers say no. */
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
 * The UnauthorizedError that a token function has thrown to say that the session is over, with its reason; undefined for
 * anything else, which may pass.
 */
export function finalOf(threw: unknown): { error: UnauthorizedError; reason: Reason } | undefined {
  const error = fieldsOf(threw) as Partial<UnauthorizedError> | undefined;
  if (error?.type != "UnauthorizedError" || !(fatalReasons as readonly unknown[]).includes(error.reason)) return;
  return { error: error as UnauthorizedError, reason: reasonCalled(error.reason) };
}

/** The reason of that name; none for anything else. */
export const reasonCalled = (name: unknown): Reason => Math.max(Reason.None, (reasons as readonly unknown[]).indexOf(name));
