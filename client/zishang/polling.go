package zishang

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/parsers/engine/v3/parser"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// polling is an Engine.IO transport. zishang520's own transport sends only between two
// polls, so a packet waits until the server has answered one, and it keeps its HTTP
// connections until they time out.
type polling struct {
	engine.Transport
	route  *route
	client *http.Client
	out    *mailbox[[]*packet.Packet]
	query  url.Values // the query of the requests' addresses
	most   int        // how many bytes a request may have; set before the transport opens

	ctx    context.Context
	cancel context.CancelFunc
	over   atomic.Bool // closed or failed: no more events

	mu      sync.Mutex
	busy    int // how many requests a pause waits for
	onPause func()
	paused  bool
	late    []*packet.Packet // packets that came after the pause
	next    engine.Transport // the transport that sends those packets
}

func newPolling(r *route, s engine.Socket, o engine.SocketOptionsInterface) engine.Transport {
	p := &polling{Transport: engine.MakeTransport(), route: r, out: newMailbox[[]*packet.Packet]()}
	p.ctx, p.cancel = context.WithCancel(r.ctx)
	p.Prototype(p)
	p.Construct(s, o)
	p.query = o.Query()
	p.client = r.net.client(p)
	return p
}

func (p *polling) Name() string { return Polling }

func (p *polling) DoOpen() {
	p.busy = 1
	go p.run(p.route.begin())
}

// run polls, and ends when the transport closes or is paused.
func (p *polling) run(gate <-chan struct{}) {
	defer p.route.end()
	defer p.client.CloseIdleConnections()
	defer p.cancel()
	select {
	case <-gate:
	case <-p.ctx.Done():
		return
	}
	written := make(chan struct{})
	go p.write(written)
	defer func() { <-written }()
	defer p.out.close()
	for p.poll() {
	}
}

// poll sends a poll and handles its answer. It reports whether to poll again.
func (p *polling) poll() bool {
	body, err := p.request(http.MethodGet, nil)
	if err != nil {
		p.fail("fetch read error", err)
		return false
	}
	if p.ReadyState() == engine.TransportStateOpening && !strings.HasPrefix(body, "0{") {
		err := errors.New("no Engine.IO handshake in the answer")
		if speaksEngine3(body) {
			err = ErrProtocol
		}
		p.fail("fetch read error", err)
		return false
	}
	packets, err := parser.Parserv4().DecodePayload(types.NewStringBufferString(body))
	if err != nil {
		p.fail("fetch read error", err)
		return false
	}
	for _, in := range packets {
		switch {
		case in.Type == packet.CLOSE:
			if !p.over.Swap(true) {
				letTimersStart()
				p.OnClose(errors.New("transport closed by the server"))
			}
			return false
		case in.Type == packet.OPEN && p.ReadyState() == engine.TransportStateOpening:
			p.begin(body)
			p.OnOpen()
			p.route.handOver(func() { p.OnPacket(in) })
			continue
		}
		p.OnPacket(in)
	}
	if p.ReadyState() == engine.TransportStateOpen {
		return true
	}
	p.rest()
	return false
}

// speaksEngine3 recognises the first answer of a server 1.x or 2.x: it begins with a
// length, or with the zero byte of a binary payload.
func speaksEngine3(body string) bool {
	length, _, found := strings.Cut(body, ":")
	if _, err := strconv.Atoi(length); found && err == nil {
		return true
	}
	return strings.HasPrefix(body, "\x00")
}

// Send hands packets to the writer. zishang520 decides to send and to pause on two
// goroutines, so a packet may come after the pause. Its own transport drops such a packet.
func (p *polling) Send(packets []*packet.Packet) {
	p.mu.Lock()
	switch state := p.ReadyState(); {
	case p.next != nil:
		defer p.next.Send(packets)
	case p.paused:
		p.late = append(p.late, packets...)
	case state == engine.TransportStateOpen || state == engine.TransportStatePausing:
		p.SetWritable(false)
		before, from := atGoodbye(packets)
		for _, part := range [][]*packet.Packet{before, from} {
			if len(part) > 0 && p.out.put(part) {
				p.busy++
			}
		}
	}
	p.mu.Unlock()
}

func (p *polling) write(written chan<- struct{}) {
	defer close(written)
	for {
		batches, open := p.out.next()
		for len(batches) > 0 {
			payload, n := together(batches, p.most)
			if err := p.post(payload); err != nil {
				p.out.drop()
				p.fail("fetch write error", err)
				return
			}
			for range n {
				p.rest()
			}
			batches = batches[n:]
		}
		if !open {
			p.cancel() // end the poll that waits
			return
		}
		p.SetWritable(true)
		p.Emit("drain")
	}
}

// payloadBytes is the most bytes of one request. It is enough, as programs that emit much emit small packets.
const payloadBytes = 64 << 10

// begin reads the handshake and sets the query of the next requests, on a copy: the program may close the transport as soon
// as it is open, and then a request goes out while zishang520 still reads the handshake and writes into its query.
func (p *polling) begin(body string) {
	var said struct {
		Sid        string
		MaxPayload int
	}
	// The engine reports a handshake that cannot be read. More packets may follow the JSON.
	_ = json.NewDecoder(strings.NewReader(strings.TrimPrefix(body, "0"))).Decode(&said)
	p.most = payloadBytes
	if said.MaxPayload > 0 {
		p.most = min(said.MaxPayload, payloadBytes) // usually a megabyte
	}
	p.query = copyOf(p.query)
	p.query.Set("sid", said.Sid)
	p.route.withoutToken(p.query)
}

// together returns the packets of the first n batches, for one request of at most `most` bytes. The first batch is always
// among them. A request for each batch would cost a round trip. A goodbye goes in the request after that of the events
// before it.
func together(batches [][]*packet.Packet, most int) (payload []*packet.Packet, n int) {
	size := 0
	for _, batch := range batches {
		if n > 0 && isGoodbye(batch[0]) && !isGoodbye(payload[len(payload)-1]) {
			break
		}
		for _, one := range batch {
			size += len("\x1e4")
			switch data := one.Data.(type) {
			case *types.StringBuffer:
				size += data.Len()
			case types.BufferInterface:
				size += base64.StdEncoding.EncodedLen(data.Len())
			}
		}
		if n > 0 && size-len("\x1e") > most {
			break
		}
		payload = append(payload, batch...)
		n++
	}
	return payload, n
}

func (p *polling) post(batch []*packet.Packet) error {
	payload, err := parser.Parserv4().EncodePayload(batch)
	if err != nil {
		return err
	}
	_, err = p.request(http.MethodPost, payload.Bytes())
	return err
}

// request sends a request and returns the body of the answer.
func (p *polling) request(method string, body []byte) (string, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(p.ctx, method, endpoint(p, p.query, "http", stampPolls || p.Opts().TimestampRequests()), reader)
	if err != nil {
		return "", err
	}
	maps.Copy(req.Header, p.Opts().ExtraHeaders())
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host // net/http looks at no header for it
	}
	if body != nil {
		req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	res, err := p.client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil && p.route.clock != nil {
		p.route.clock(date)
	}
	if res.StatusCode != http.StatusOK {
		var said []byte
		if res.StatusCode != http.StatusSwitchingProtocols { // else the body is the connection, and no context ends the reading
			said, _ = io.ReadAll(io.LimitReader(res.Body, longestRefusal))
		}
		return "", p.route.statusError(res.StatusCode, string(said), p.ReadyState() == engine.TransportStateOpening)
	}
	answer, err := p.route.net.readAll(res.Body)
	return string(answer), err
}

// rest is called when a request that a pause waits for has ended.
func (p *polling) rest() {
	p.mu.Lock()
	p.busy--
	now := p.busy == 0 && p.onPause != nil && !p.paused
	p.paused = p.paused || now
	p.mu.Unlock()
	if now {
		p.SetReadyState(engine.TransportStatePaused)
		p.onPause()
	}
}

// Pause calls onPause when no request is under way any more. The transport does not
// go on: another one replaces it.
func (p *polling) Pause(onPause func()) {
	_ = p.Socket().Once("upgrade", func(args ...any) {
		if next, ok := first(args).(engine.Transport); ok {
			p.handOver(next)
		}
	})
	p.mu.Lock()
	p.SetReadyState(engine.TransportStatePausing)
	p.onPause = onPause
	p.busy++
	p.mu.Unlock()
	p.rest()
}

// handOver sends the packets that came after the pause over the next transport.
func (p *polling) handOver(next engine.Transport) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = next
	if len(p.late) > 0 {
		next.Send(p.late)
		p.late = nil
	}
}

func (p *polling) fail(reason string, err error) {
	defer p.cancel()
	if !p.over.Swap(true) {
		letTimersStart()
		p.route.report(err)
		err = withoutURL(err)
		p.OnError(reason+": "+err.Error(), err, nil)
	}
}

// Close closes a pausing transport, too, unlike zishang520's.
func (p *polling) Close() engine.Transport {
	if p.ReadyState() == engine.TransportStatePausing {
		p.cancel()
	}
	return p.Transport.Close()
}

// DoClose sends the waiting packets and CLOSE.
func (p *polling) DoClose() {
	p.over.Store(true)
	if p.ReadyState() != engine.TransportStateOpen {
		p.cancel()
		return
	}
	p.out.put([]*packet.Packet{{Type: packet.CLOSE}}) // the state is Open, so no pause is under way
	p.out.close()
	time.AfterFunc(lingerFor, p.cancel)
}
