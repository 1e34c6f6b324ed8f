// Package server checks JSON Web Tokens on a Socket.IO server written in Go, with the two flows of the npm package
// socketio-jwt 4.6: the handshake (a namespace middleware) and the `authenticate` event. Events, codes, messages and
// the shape of a refusal are the same, so a client cannot tell the two servers apart, except that
//
//   - the event flow exists for clients of both protocol generations, and the handshake also looks at the token of the
//     CONNECT payload (`auth: { token }`), with or without "Bearer " before it, and of an Engine.IO 3 client's
//     `/namespace?token=` (where the Socket.IO parser takes 512 characters);
//   - AdditionalAuth is asked in the handshake too: a check that one flow forgets is a hole;
//   - a token of more than 16 KB is refused unread (`invalid_token`, "jwt too long: …");
//   - a malformed token is `invalid_token` in both flows, whether the secret is a key or a function;
//   - an accepted token calls off the hang-up that an earlier refusal on the same connection had set.
//
// No token is ever logged, kept or put into an error.
package server
