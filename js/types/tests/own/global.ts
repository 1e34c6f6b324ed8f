// The classic script: a global without an import. (A file without imports, or the global would be out of reach.)
const chat: SocketIOJWT.Socket = SocketIOJWT.connect("/chat", { token: "t" });
const same: SocketIOJWT.Socket = SocketIOJWT.io("/chat");
const why = (e: SocketIOJWT.UnauthorizedError): SocketIOJWT.Reason => e.reason;
// @ts-expect-error
SocketIOJWT.connect(1);
[chat, same, why];
