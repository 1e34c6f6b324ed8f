/**
 * What exceptions of the browser may say of a request. Their messages quote addresses, headers and protocols, each of
 * which may hold the token.
 */

/** The text without the values that were sent, nor any word of theirs, nor any address. */
export function redact(text: string, sent: readonly unknown[]): string {
  const values = sent.filter((v) => typeof v == "string") as string[];
  // A browser may quote a value trimmed, escaped or cut at a line's end.
  const words = values.flatMap((v) => v.split(/\s+/));
  // Short ones are no secrets, and part of other words.
  for (const quoted of [...values, ...words].filter((v) => v.length > 3)) text = text.split(quoted).join("…");
  return text.replace(/\b[a-z][a-z+.-]*:\/\/\S*/gi, "URL");
}

/** A copy that keeps name and class; no cause and no stack, which quote as well. */
export function redactError(e: unknown, sent: readonly unknown[]): Error {
  const { name, message } = e instanceof Error ? e : new Error();
  const text = redact(message, sent);
  if (e instanceof DOMException) return new DOMException(text, name);
  return Object.assign(e instanceof TypeError ? new TypeError(text) : new Error(text), { name });
}
