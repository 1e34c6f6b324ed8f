// Checks whether a client connects at all.
export const tries = (client, transport, ms) => client.tries(transport, ms);
