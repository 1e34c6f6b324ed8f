// Shows the size of the client's script, as the browser has measured it.

const script = "/socketio-jwt/index.js";

/** The text about the script; undefined if the browser does not know its size. */
export function weight({ encodedBodySize: sent, decodedBodySize: size }) {
  if (!sent) return undefined;
  const packed = sent < size ? " compressed" : "";
  return `The whole client, Go included, is one script: ${Math.round(sent / 1000)} KB${packed}.`;
}

/** Says so in this element. */
export function loads(element) {
  const [entry] = performance.getEntriesByName(new URL(script, location.href).href);
  const text = entry && weight(entry);
  if (text) element.textContent = text;
}
