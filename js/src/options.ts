/**
 * Checks options. Each TypeError names the option and says how to mend it. Only this package's own options are checked; those
 * of socket.io-client are as lenient as there. undefined counts as unset.
 */
import type { ConnectOptions } from "../types/index.js";
import { hasControl } from "./auth/numbers.js";
import { generationOf, reasons as allReasons, ways } from "./bridge/bridge.gen.js";
import { chosen } from "./engine/transports/registry.js";

/** What connect() takes, with what the official client takes and does not type. */
export type Options = ConnectOptions & { "force new connection"?: boolean };

type Check = (v: unknown) => unknown;
type Rule = [mend: string, ok: Check];

const reasons = allReasons.slice(1);

const is = (type: string): Check => (v) => typeof v == type;
const isFunction = is("function");
const isText: Check = (v) => v && typeof v == "string";
const isLine: Check = (v) => typeof v == "string" && !hasControl(v);
const among = (names: readonly unknown[]): Check => (v) => names.includes(v);
const list = (ok: Check): Check => (v) => Array.isArray(v) && v.every((one) => ok(one)) && new Set(v).size == v.length;
const isOrigin: Check = (v) => {
  try {
    return typeof v == "string" && /^http/.test(v) && v == new URL(v).origin;
  } catch (e) {}
};
const quoted = (names: readonly string[]) => `"${names.join('", "')}"`;

const hook: Rule = ["a function", isFunction];
const flag: Rule = ["true or false", is("boolean")];
const finite: Check = (v) => Number.isFinite(v) && (v as number) >= 0;
const span: Rule = ["a number of milliseconds above 0", (v) => v && finite(v)];

const rules: Record<string, Rule> = {
  // null and "" are a token that is not there yet; without the option this is a plain client.
  token: ["a string without line breaks, a function, or null while there is no token", (v) => v === null || isLine(v) || isFunction(v)],
  via: [`one of ${quoted(ways)}, or an array of them, each once`, (v) => (v as unknown[] | undefined)?.length && list(among(ways))([v].flat())],
  tokenName: ["a non-empty string", isText],
  scheme: ["a string without line breaks", isLine],
  protocol: ['"auto", 3 (servers 1.x, 2.x) or 4 (3.x, 4.x)', among(["auto", 3, 4])],
  tokenTimeout: span,
  authTimeout: span,
  refreshBefore: ["a number of seconds, or 0 to turn it off", finite],
  inBandRefresh: flag,
  onAuthenticated: hook,
  onUnauthorized: hook,
  onExpired: hook,
  redirect: ["a URL or a function", (v) => isText(v) || isFunction(v) || isText((v as URL | null)?.href)],
  redirectOn: [`an array of ${quoted(reasons)}`, list(among(reasons))],
  returnTo: ["a non-empty string, or false", (v) => isText(v) || v === false],
  redirectOrigins: ['an array of origins like "https://login.example.com"', list(isOrigin)],
  crossTab: ["true, false, or a non-empty string that tabs of the same user share", (v) => typeof v == "boolean" || isText(v)],
  classify: hook,
  guest: flag,
  onTrace: hook,
};

/** The names that Engine.IO uses in the query, and Socket.IO in the payload of CONNECT. */
const taken = { query: ["EIO", "transport", "sid", "t", "b64", "j"], auth: ["pid", "offset"] };

export function checkOptions(given: object): void {
  // An address, taken for options, since it is an object.
  if (given instanceof URL) throw new TypeError("connect: the address must be a string: pass the URL's href");
  const o = given as { [option: string]: unknown };
  for (const [name, [mend, ok]] of Object.entries(rules))
    if (o[name] !== undefined && !ok(o[name])) throw new TypeError(`connect: option "${name}" must be ${mend}`);
  const uses = (way: string) => [o.via].flat().includes(way);
  const { transports } = o;
  if (uses("header") && Array.isArray(transports) && !chosen(transports).some((row) => row.can.header))
    throw new TypeError('connect: option "via": "header" needs "polling" in "transports"');
  if (uses("query") && Array.isArray(transports) && !chosen(transports).some((row) => row.can.query))
    throw new TypeError('connect: option "via": "query" needs "polling" or "websocket" in "transports"; over WebTransport alone use "auth" or "event"');
  if (o.inBandRefresh && o.via && !uses("event"))
    throw new TypeError('connect: option "inBandRefresh" needs "event" in "via"; leave it out for the other ways');
  for (const [way, names] of Object.entries(taken))
    if (uses(way) && o.tokenName && [...names, way == "query" && o.timestampParam].includes(o.tokenName as string))
      throw new TypeError(`connect: option "tokenName" must not be "${o.tokenName}" with "via": "${way}": Socket.IO needs that name; give another one`);
  if (uses("auth") && generationOf(Number(o.protocol)).bareConnect)
    throw new TypeError('connect: option "via": "auth" needs "protocol" 4; with 3 use "event"');
  if (o.protocol === 3 && Array.isArray(transports) && chosen(transports).some((row) => row.revision))
    throw new TypeError('connect: option "protocol" 3 needs names in "transports": a class of one\'s own speaks 4');
}

/** A copy of options, with what they inherit, as pages make them by classes or Object.create(), too; `others` are put in. */
export function copyOf<T extends object>(options: T, others?: object): T {
  const copy: Record<string, unknown> = { ...others };
  for (let from: object | null = options; from && from != Object.prototype; from = Object.getPrototypeOf(from))
    for (const name of Object.getOwnPropertyNames(from)) if (!(name in copy)) copy[name] = options[name as keyof T];
  return copy as T;
}

/** A boolean option with default true. As in the official client, an explicit undefined counts as false. */
export const unlessSet = <K extends string>(o: { [name in K]?: unknown }, name: K): boolean => !(name in o) || !!o[name];

// What the official client's arithmetic and timers make of a number that is given as a text, or is none. Go is told
// numbers only, and finite ones.

const numberOf = (v: unknown): number => Math.max(Math.min(Number(v), 1e15), -1e15) || 0;

/** A delay in ms. */
export const delayOf = (v: unknown): number => Math.max(numberOf(v), 0);

/** The randomization factor, as the setter takes it. */
export const factorOf = (v: unknown): number => Math.abs(numberOf(v));

/** The randomization factor, as the constructor takes it: 0 unless it is above 0 and at most 1. */
export const factorOption = (v: unknown): number => (Number(v) > 0 && Number(v) <= 1 ? Number(v) : 0);

/** A number of attempts; -1: no limit. */
export const attemptsOf = (v: unknown): number => (Number(v) < 1e15 ? Math.max(Math.ceil(Number(v)), 0) : -1);

/** A timeout in ms; 0: none, -1: it ends at once. */
export const limitOf = (v: unknown): number => (v === false ? 0 : delayOf(v) || -1);
