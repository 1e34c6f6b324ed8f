// The guards of real servers, made from plain data, as functions cannot be sent over IPC.
import { createRequire } from "node:module";
import { authorize as threamAuthorize } from "@thream/socketio-jwt";
import jsonwebtoken from "jsonwebtoken";
import { SECRET, SECRETS } from "../lib/tokens.mjs";

const socketioJwt = createRequire(import.meta.url)("socketio-jwt");

/** `secret` of a guard: a string, or a function with the number of parameters that socketio-jwt checks. */
const secrets = {
  string: SECRET,
  3: (request, payload, done) => done(null, SECRETS[payload.sub]),
  4: (request, header, payload, done) => done(null, header.alg === "HS256" && SECRETS[payload.sub]),
  fails: (request, payload, done) => done({ code: "no_tenant", message: "the tenant is unknown" }),
};

const additional = {
  allow: (decoded, onSuccess) => onSuccess(),
  deny: (decoded, onSuccess, onError) => onError({ message: `${decoded.sub} is locked` }, "account_locked"),
};

/**
 * Options of `socketio-jwt`: { secret: "string"|3|4|"fails", additional_auth: "allow"|"deny", customDecoded: true,
 * timeout, callback, auth_header_required, … }. Options not named here are passed on.
 */
export function jwtOptions({ secret = "string", additional_auth, customDecoded, ...rest } = {}, handshake) {
  const options = { ...rest, secret: secrets[secret], handshake };
  if (additional_auth) options.additional_auth = additional[additional_auth];
  if (customDecoded) options.customDecoded = (decoded) => ({ sub: decoded.sub, custom: true });
  return options;
}

/** Puts a guard on a namespace; `ready(socket)` is called for each accepted socket. */
export function guard(nsp, { mode, lib = "socketio-jwt", jwt }, ready) {
  if (mode === "plain") {
    nsp.on("connection", ready);
  } else if (lib === "thream") {
    nsp.use(threamAuthorize({ secret: SECRET }));
    nsp.on("connection", ready);
  } else if (lib === "own") {
    nsp.use((socket, next) => {
      try {
        socket.decodedToken = jsonwebtoken.verify(socket.handshake.auth.token, SECRET);
        next();
      } catch (error) {
        next(error);
      }
    });
    nsp.on("connection", ready);
  } else if (mode === "handshake") {
    nsp.use(socketioJwt.authorize(jwtOptions(jwt, true)));
    nsp.on("connection", ready);
  } else if (mode === "event") {
    nsp.on("connection", socketioJwt.authorize(jwtOptions(jwt, false)));
    nsp.on("authenticated", ready);
  } else {
    throw new Error(`unknown mode ${mode}`);
  }
}

/** The claims that the guard has put on the socket. */
export const decodedOf = (socket) => socket.decoded_token ?? socket.decodedToken;
