/**
 * The TypeErrors of connect(): each names the option and the mend. Only the options that are ours are looked at; those
 * of socket.io-client are as lenient as there. undefined is as good as unset.
 */
const ways = ["event", "query", "header", "auth"];
const reasons = ["expired", "invalid", "missing", "timeout", "unavailable"];

const isText = (v: unknown) => typeof v == "string" && v != "";
const isFunction = (v: unknown) => typeof v == "function";
const isFlag = (v: unknown) => typeof v == "boolean";
const isListOf = (v: any, ok: (x: any) => boolean) => Array.isArray(v) && v.every(ok) && new Set(v).size == v.length;
const quoted = (names: string[]) => names.map((n) => `"${n}"`).join(", ");
const isOrigin = (v: any) => {
  try {
    return v == new URL(v).origin && /^http/.test(v);
  } catch (e) {
    return false;
  }
};

type Rule = [ok: (v: any) => unknown, mend: string];
const hook: Rule = [isFunction, "a function"];
const flag: Rule = [isFlag, "true or false"];
const span: Rule = [(v) => v > 0 && Number.isFinite(v), "a number of milliseconds above 0"];

const rules: Record<string, Rule> = {
  token: [(v) => typeof v == "string" || isFunction(v), "a string or a function that returns one"],
  via: [
    (v) => ways.includes(v) || (isListOf(v, (x) => ways.includes(x)) && v.length),
    `one of ${quoted(ways)}, or an array of one or more of them, each once`,
  ],
  tokenName: [isText, "a non-empty string"],
  scheme: [(v) => typeof v == "string", "a string"],
  protocol: [(v) => v == "auto" || v === 3 || v === 4, '"auto", 3 (servers 1.x and 2.x) or 4 (servers 3.x and 4.x)'],
  tokenTimeout: span,
  authTimeout: span,
  refreshBefore: [(v) => v >= 0 && Number.isFinite(v), "a number of seconds, or 0 to turn it off"],
  inBandRefresh: flag,
  onAuthenticated: hook,
  onUnauthorized: hook,
  onExpired: hook,
  redirect: [(v) => isText(v) || isFunction(v) || v instanceof URL, "a URL or a function that returns one"],
  redirectOn: [(v) => isListOf(v, (x) => reasons.includes(x)), `an array of ${quoted(reasons)}, each once`],
  returnTo: [(v) => isText(v) || v === false, "the name of a query parameter, or false"],
  redirectOrigins: [(v) => Array.isArray(v) && v.every(isOrigin), 'an array of origins such as "https://login.example.com"'],
  crossTab: flag,
};

export function checkOptions(o: Record<string, any>): void {
  for (const name in rules) {
    const [ok, mend] = rules[name]!;
    if (o[name] !== undefined && !ok(o[name])) throw new TypeError(`connect: option "${name}" must be ${mend}`);
  }
  const via = [].concat(o.via);
  const uses = (way: string) => via.includes(way as never);
  if (uses("header") && Array.isArray(o.transports) && !o.transports.includes("polling"))
    throw new TypeError(
      'connect: option "via": "header" needs "polling" in option "transports", as a browser sends no headers of ours with a WebSocket; add it or use another "via"',
    );
  if (uses("auth") && o.protocol === 3)
    throw new TypeError('connect: option "via": "auth" does not exist with option "protocol" 3; use "event", "query" or "header"');
}
