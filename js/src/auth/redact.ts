/**
 * Removes tokens from messages. The browser's exceptions quote addresses, headers and protocols, each of which may hold the
 * token. Some servers quote the token that they refuse.
 */
import { inUrl } from "../values.js";

/** All forms in which values may be quoted: trimmed, escaped or cut at a line's end, or percent-encoded. */
function forms(values: readonly unknown[]): string[] {
  const texts = values.filter((v) => typeof v == "string") as string[];
  const words = [...texts, ...texts.flatMap((v) => v.split(/\s+/))];
  // Short ones are no secrets, and part of other words.
  return [...words, ...words.map(inUrl)].filter((v) => v.length > 3);
}

/** The text without these pieces. */
const cut = (text: string, pieces: readonly string[]): string => pieces.reduce((rest, piece) => rest.split(piece).join("…"), text);

/**
 * The text without these pieces, and without any URL or JWT. The first pattern matches each run of a scheme's characters, also
 * without "://" behind it. One that required "://" would search from each character again: quadratic time in a hostile text.
 */
const without = (text: string, pieces: readonly string[]): string =>
  cut(text, pieces)
    .replace(/[a-z+.-]+(:\/\/\S*)?/gi, (run, address) => (address ? "URL" : run))
    .replace(/\beyJ[\w-]{5,}(\.[\w-]+){0,2}/g, "…");

/** The text without the values that were sent or any word of them, and without any URL or JWT. */
export const redact = (text: string, sent: readonly unknown[]): string => without(text, forms(sent));

/** redact() for tokens. It also removes any part of a token that is longer than seven characters. */
export function redactTokens(text: string, tokens: readonly string[]): string {
  const all = forms(tokens);
  return without(text, all).replace(/[\w+/~%-]{8,}/g, (piece) => (all.some((form) => form.includes(piece)) ? "…" : piece));
}

/**
 * A server's message or data without the tokens that it quotes. An object is changed in place, as nothing else refers to it
 * yet. A token of less than ten characters stays: it is no secret, and may be a word of the message (malformed, undefined).
 */
export function withoutTokens<T>(said: T, tokens: readonly unknown[]): T {
  const quotes = forms(tokens).filter((form) => form.length > 9);
  const bare = <V>(v: V) => (typeof v == "string" ? cut(v, quotes) : v) as V;
  const objects = new Set<unknown>([said]);
  for (const one of objects) {
    if (!one || typeof one != "object" || ArrayBuffer.isView(one)) continue;
    for (const [key, v] of Object.entries(one)) {
      objects.add(v);
      // By Reflect, which does not throw if a parser of the user's has frozen the object.
      if (bare(key) != key) Reflect.deleteProperty(one, key);
      if (bare(key) != key || bare(v) !== v) Reflect.set(one, bare(key), bare(v));
    }
  }
  return bare(said);
}

/** A copy of a response with this body, without the tokens that the server quotes and without the URL, which may hold one. */
export function redactResponse(response: Response, body: string, tokens: readonly unknown[]): Response & { responseText: string } {
  const responseText = withoutTokens(body, tokens);
  /** Headers and the status text cannot hold a "…": a browser takes bytes only. */
  const bare = (text: string) => withoutTokens(text, tokens).replace(/…/g, "...");
  const headers = [...response.headers].map(([name, value]): [string, string] => [name, bare(value)]);
  return Object.assign(new Response(responseText || null, { status: response.status, statusText: bare(response.statusText), headers }), { responseText });
}

/** Sets an error's name. Assigning it would throw in a page that has frozen Error.prototype. */
export const named = <E extends Error>(e: E, name: string): E => Object.defineProperty(e, "name", { value: name, writable: true, enumerable: true, configurable: true });

/** A copy with the same name and class and a redacted message. It has no cause and no stack, which may quote the token too. */
export function redactError(e: unknown, sent: readonly unknown[]): Error {
  const { name, message } = e instanceof Error ? e : new Error();
  const text = redact(message, sent);
  if (e instanceof DOMException) return new DOMException(text, name);
  return named(e instanceof TypeError ? new TypeError(text) : new Error(text), name);
}
