/** Errors of the official client's shape. */
import type { TransportError } from "./transport.js";

export const transportError = ({ message, description, context }: TransportError): Error =>
  Object.assign(new Error(message), { type: "TransportError", description, context });
