/** Engine.IO's types of packets, by the digit that stands for them. */
export const packetTypes = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
