package zishang

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/parsers/engine/v3/parser"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// lingerFor is how long a transport that closes may take to send its queue, and how long
// a connection that is replaced waits for outstanding acknowledgements.
const lingerFor = 2 * time.Second

// frames is a WebSocket of the platform. Read is called by one goroutine, Write
// and Close by another, Abort by any.
type frames interface {
	Read() (text bool, data []byte, err error)
	Write(text bool, data []byte, compress bool) error
	// Reach waits until the other side has read all written frames, or ctx ends. Where the platform does not tell, it waits
	// for as long as that usually takes.
	Reach(ctx context.Context) error
	Close() error // sends a close frame; Read ends when the other side has answered it
	Abort()
}

// answerError is an HTTP answer to a dial that has opened no WebSocket.
type answerError struct {
	status int
	body   string // the beginning of the body
}

func (e *answerError) Error() string { return StatusError(e.status).Error() }

// webSocket is an Engine.IO transport. In zishang520's own transport, Open waits for the
// dial, which cannot be cancelled, and Close drops unwritten packets.
type webSocket struct {
	engine.Transport
	route *route
	out   *mailbox[[]*packet.Packet]

	spoke time.Time // when the last message was written; only the writer uses it

	ctx    context.Context
	cancel context.CancelFunc
	over   atomic.Bool // closed or failed: no more events
}

func newWebSocket(r *route, s engine.Socket, o engine.SocketOptionsInterface) engine.Transport {
	w := &webSocket{Transport: engine.MakeTransport(), route: r, out: newMailbox[[]*packet.Packet]()}
	w.ctx, w.cancel = context.WithCancel(r.ctx)
	w.Prototype(w)
	w.Construct(s, o)
	return w
}

func (w *webSocket) Name() string { return WebSocket }

func (w *webSocket) DoOpen() {
	go w.run(w.route.begin())
}

// run dials and reads.
func (w *webSocket) run(gate <-chan struct{}) {
	defer w.route.end()
	defer w.cancel()
	select {
	case <-gate:
	case <-w.ctx.Done():
		return
	}
	conn, date, err := w.route.net.dial(w.ctx, endpoint(w, w.Query(), "ws", w.Opts().TimestampRequests()), w)
	var no *answerError
	if errors.As(err, &no) {
		err = w.route.statusError(no.status, no.body, !w.Query().Has("sid"))
	}
	if err != nil {
		w.fail(err)
		return
	}
	written := make(chan struct{})
	defer func() {
		w.out.drop()
		conn.Abort()
		<-written
	}()
	stop := context.AfterFunc(w.ctx, conn.Abort)
	defer stop()
	go w.write(conn, written)
	if !date.IsZero() && w.route.clock != nil {
		w.route.clock(date)
	}
	w.OnOpen()
	for first := true; ; first = false {
		text, data, err := conn.Read()
		if err != nil {
			w.fail(err)
			return
		}
		var frame types.BufferInterface = types.NewBytesBuffer(data)
		if text {
			frame = types.NewStringBuffer(data)
		}
		if first {
			w.route.handOver(func() { w.OnData(frame) })
			continue
		}
		w.OnData(frame)
	}
}

// Write hands packets to the writer.
func (w *webSocket) Write(packets []*packet.Packet) {
	w.SetWritable(false)
	w.out.put(packets)
}

func (w *webSocket) write(conn frames, written chan<- struct{}) {
	defer close(written)
	for {
		batches, open := w.out.next()
		for _, batch := range batches {
			if err := w.writeAll(conn, batch); err != nil {
				w.fail(err)
				return
			}
		}
		if !open {
			_ = conn.Close()
			return
		}
		w.SetWritable(true)
		w.Emit("drain")
	}
}

func (w *webSocket) writeAll(conn frames, batch []*packet.Packet) error {
	deflate := w.Opts().PerMessageDeflate()
	for _, p := range batch {
		if err := w.beforeGoodbye(conn, p); err != nil {
			return err
		}
		data, err := parser.Parserv4().EncodePacket(p, w.SupportsBinary())
		if err != nil {
			return err
		}
		_, text := data.(*types.StringBuffer)
		compress := deflate != nil && data.Len() >= deflate.Threshold &&
			(p.Options == nil || p.Options.Compress == nil || *p.Options.Compress)
		if err := conn.Write(text, data.Bytes(), compress); err != nil {
			return err
		}
		if p.Type == packet.MESSAGE {
			w.spoke = time.Now()
		}
	}
	return nil
}

// beforeGoodbye waits, if p is a goodbye (isGoodbye), until the server has read the messages before it.
func (w *webSocket) beforeGoodbye(conn frames, p *packet.Packet) error {
	if !isGoodbye(p) || time.Since(w.spoke) > reachFor {
		return nil
	}
	ctx, cancel := context.WithTimeout(w.ctx, reachFor)
	defer cancel()
	return conn.Reach(ctx)
}

// fail ends the transport with an error, or with a close by the server (io.EOF).
func (w *webSocket) fail(err error) {
	defer w.cancel()
	if w.over.Swap(true) {
		return
	}
	w.out.drop()
	letTimersStart()
	if errors.Is(err, io.EOF) {
		w.OnClose(engine.NewTransportError("websocket connection closed", err, nil).Err())
		return
	}
	w.route.report(err)
	err = withoutURL(err)
	w.OnError("websocket error: "+err.Error(), err, nil)
}

// DoClose sends the waiting packets, then closes the WebSocket.
func (w *webSocket) DoClose() {
	w.over.Store(true)
	if w.ReadyState() == engine.TransportStateOpening {
		w.cancel()
		return
	}
	w.out.close()
	time.AfterFunc(lingerFor, w.cancel)
}
