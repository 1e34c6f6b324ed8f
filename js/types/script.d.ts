/// <reference path="./index.d.ts" />
// The classic scripts export nothing: they set SocketIOJWT, which index.d.ts declares.
export {};
