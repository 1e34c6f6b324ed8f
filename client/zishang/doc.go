// Package zishang keeps a Socket.IO connection authenticated, for Go programs: the
// token lifecycle of package client on github.com/zishang520/socket.io's client.
// It works in native programs and in those compiled to js/wasm that run in a page.
//
//	conn, err := zishang.Connect(ctx, "https://api.example.com/chat", client.Options{
//		Token: func(ctx context.Context, cause client.Cause) (string, error) { return store.AccessToken(ctx) },
//		Via:   client.ViaHeader,
//	})
//	conn.On("message", func(args ...any) { … })
//	conn.Emit("message", "hi")
//
// A Conn has a connection, and a manager, of its own: two namespaces are two Conns.
// docs/go-programs.md is a longer introduction; cmd/siojwt is a client for the command
// line.
//
// # In a page
//
// Compiled to js/wasm, a Conn uses the browser's WebSocket and fetch, where the
// library's own transports dial TCP, which no browser lets them. The order is that of
// WithTransports; client.ViaHeader needs polling first, as a browser's WebSocket
// carries no headers of ours. TLS, proxies, cookies and compression are the
// browser's; socket.Options.SetWithCredentials sends cookies to other origins. What
// the browser throws becomes an error, without the URL, which may hold a token. A
// program that uses this package is some 20 MB of WASM (4 MB with brotli): a page
// that is not written in Go is better off with the npm package.
//
// # Where the token goes
//
// With client.ViaQuery the token is in the URL of the handshake; no later request has
// it. A redirect to another origin is not followed, by a handshake, a poll, a POST or
// a WebSocket: the connection fails with an error that names the other origin. A
// redirect on the same origin is followed by polling, without a Referer. In a page that
// is on another origin than the server no redirect is followed. No token is in an error.
//
// An HTTP status 401 to a handshake that carried the token (client.ViaQuery,
// client.ViaHeader) is a refusal with the code invalid_token, as in pages. A browser's
// WebSocket does not tell the status. Any other failure is the network's and is tried
// again, after pauses that are spread as in pages; an option of socket.Options for them
// brings back the official client's.
//
// What the server sends at once is limited, see WithReadLimit.
//
// # Renewal
//
// A token is renewed before it expires by replacing the connection, or on the same
// connection with client.Options.InBandRefresh. Events that the program emits meanwhile are
// kept, and arrive once and in order. Outstanding acknowledgements are awaited, for up to two
// seconds. Events that the server emits between the two connections are lost, unless the
// server stores them; the gap is as long as a reconnection takes.
//
// socket.io drops events that it reads together with the end of a session. So the client sends
// the end when the server has read the events, or after a second. In a page, where a
// WebSocket does not show that, it sends the end 50 ms after the events have left the browser.
//
// The connection of a renewal never uses connection state recovery, because on most servers
// a recovered session skips the check of the token. A reconnection after a network failure
// uses it, for the same user only: not after Disconnect or a refusal that stands, nor when
// the new token has another sub or there is no token any more.
//
// # Guests
//
// With client.Options.Guest a missing token connects without one, where the server lets
// it in. Wait tells so by client.Session.Guest. Reauthenticate asks Token again and brings
// the user in: with client.ViaEvent over the same connection, otherwise by another one.
//
// # Defects of the library
//
// Of clients/socket/v3 v3.0.1, each with a test in library*_test.go. Connect works
// around these, and so does Wrap where it says so:
//
//   - Transports are taken from a set in random order. (Wrap, too.)
//   - A transport is opened before anybody listens: a WebSocket that fails at once
//     fails after 20 seconds. (Wrap, too.)
//   - Opening a WebSocket waits for the dial, which nothing can call off. (Wrap, too.)
//   - Polling sends only between two polls: what is emitted waits until the server
//     has something to say, up to the interval of its pings. (Wrap, too.)
//   - Polling throws away what is emitted at the moment of an upgrade. (Wrap, too.)
//   - With polling, Disconnect throws away what was emitted before. (Wrap, too.)
//   - Polling leaves its HTTP connections open after the end. (Wrap, too.)
//   - HTTP errors hold the URL, and with ViaQuery the token. (Wrap, too.)
//   - Connect with a cached manager makes another one, which opens a connection that
//     nobody uses or closes.
//   - Listeners are told apart by the address of their code: a namespace that leaves
//     takes another one's listeners with it, and removing one closure removes its
//     twin. Use Conn.On.
//   - The auth map is not copied: the library writes the ids of connection state
//     recovery into it, for all sockets that share it.
//   - CONNECT_ERROR without data has its message replaced by "missing 'data' field".
//   - A connection lost in the middle of a binary packet makes every later one fail:
//     the decoder keeps waiting for the rest.
//   - An event with an argument that JSON cannot hold is sent without any, and without
//     its name; nobody is told. (Wrap, too.)
//   - A CONNECT that is not answered is waited for for ever. (Wrap, too.)
//   - Each manager leaves a goroutine behind.
//   - A manager queues packets, and those of a connection that was dropped are taken
//     for the next one's. Wrap gives a socket that is connecting a tenth of a second.
//
// These remain:
//
//   - Socket.IO servers 1.x and 2.x are refused, with ErrProtocol.
//   - Every three seconds the library looks at all network interfaces, from its init
//     on, on a goroutine of its own; another one waits for signals.
//   - Its debug log, which DEBUG in the environment and pkg/log's DEBUG in the program
//     turn on together, has the packets, and so tokens that go by event or auth.
//   - With SetRetries it sends no event at all. Connect refuses that option; a socket for
//     Wrap must not have it.
//   - A timer that is stopped before its goroutine has run leaves that one behind. A
//     Conn waits a millisecond where that may happen; on a machine that is busy
//     enough it may not suffice.
//   - A ping that comes while the connection is being closed arms a timer that keeps
//     a goroutine until it fires, after the ping interval and timeout.
//   - Numbers arrive as float64, bytes as types.BufferInterface.
//
// Its init also takes Ctrl-C and SIGTERM away from the program, the first time they
// come. This package gives them back in its own init; a program that uses
// signal.Notify is not concerned, unless it does so in an init that runs before.
package zishang
