/**
 * What exceptions of the browser may say of a request, and servers of a token. Messages of the browser quote addresses,
 * headers and protocols, each of which may hold the token; some servers quote the token that they refuse.
 */

/** As it stands in an address. */
function encoded(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch (e) {
    return value; // it has half a character, and stands in no address
  }
}

/** All forms in which values may be quoted: trimmed, escaped or cut at a line's end, or percent-encoded. */
function forms(values: readonly unknown[]): string[] {
  const texts = values.filter((v) => typeof v == "string") as string[];
  const words = [...texts, ...texts.flatMap((v) => v.split(/\s+/))];
  // Short ones are no secrets, and part of other words.
  return [...words, ...words.map(encoded)].filter((v) => v.length > 3);
}

/** The text without these pieces. */
const cut = (text: string, pieces: readonly string[]): string => pieces.reduce((rest, piece) => rest.split(piece).join("…"), text);

/** The text without these pieces, nor any address, nor any JWT. */
const without = (text: string, pieces: readonly string[]): string =>
  cut(text, pieces).replace(/\b[a-z][a-z+.-]*:\/\/\S*/gi, "URL").replace(/\beyJ[\w-]{5,}(\.[\w-]+){0,2}/g, "…");

/** The text without the values that were sent, nor any word of theirs, nor any address, nor any JWT. */
export const redact = (text: string, sent: readonly unknown[]): string => without(text, forms(sent));

/** The same, and without any piece of the tokens that is longer than seven characters. */
export function redactTokens(text: string, tokens: readonly string[]): string {
  const all = forms(tokens);
  return without(text, all).replace(/[\w+/~%-]{8,}/g, (piece) => (all.some((form) => form.includes(piece)) ? "…" : piece));
}

/**
 * What a server said, without the tokens that it quotes. An object is changed in place: it has just been read, and is nobody
 * else's. What has less than ten characters is no secret, but for all we know a word of the message: malformed, undefined.
 */
export function withoutTokens<T>(said: T, tokens: readonly unknown[]): T {
  const quotes = forms(tokens).filter((form) => form.length > 9);
  const bare = <V>(v: V) => (typeof v == "string" ? cut(v, quotes) : v) as V;
  const objects = new Set<unknown>([said]);
  for (const one of objects) {
    if (!one || typeof one != "object" || ArrayBuffer.isView(one)) continue;
    for (const [key, v] of Object.entries(one)) {
      objects.add(v);
      if (bare(v) !== v) Reflect.set(one, key, bare(v)); // a parser of the user's may have frozen it
    }
  }
  return bare(said);
}

/** Gives an error a name of its own. Where a page has frozen Error.prototype, assigning one throws. */
export const named = <E extends Error>(e: E, name: string): E => Object.defineProperty(e, "name", { value: name, writable: true, enumerable: true, configurable: true });

/** A copy that keeps name and class; no cause and no stack, which quote as well. */
export function redactError(e: unknown, sent: readonly unknown[]): Error {
  const { name, message } = e instanceof Error ? e : new Error();
  const text = redact(message, sent);
  if (e instanceof DOMException) return new DOMException(text, name);
  return named(e instanceof TypeError ? new TypeError(text) : new Error(text), name);
}
