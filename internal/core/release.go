package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// How sockets, managers and token sources are freed. A socket has a slot while something is
// under way for it. When nothing is, Core calls Host.SocketRests. The page, which knows
// whether the user wants the socket connected, then calls ReleaseSocket; a later connect()
// takes another slot. The page releases a manager and a token source after their last socket.

// touch notes a manager whose sockets may have come to rest in this operation.
func (p *Core) touch(c *manager) {
	if !c.touched {
		c.touched = true
		p.touched = append(p.touched, c)
	}
}

// settle tells the host which sockets have come to rest in this operation.
func (p *Core) settle() {
	for _, c := range p.touched {
		c.touched = false
		for _, n := range c.m.Namespaces {
			s := p.socket(n.Slot)
			rests := c.m.AtRest(n) && s.acknowledging == nil && (!s.token || s.life.AtRest())
			if rests && !s.rests {
				p.host.SocketRests(n.Slot)
			}
			s.rests = rests
		}
	}
	clear(p.touched)
	p.touched = p.touched[:0]
}

// ReleaseSocket frees a socket. The page may use its slot for another one.
func (p *Core) ReleaseSocket(slot int) {
	s := p.socket(slot)
	if s == nil {
		return
	}
	p.stepSource(s.source, &lifecycle.SourceEvent{Kind: lifecycle.SrcForget, Socket: slot})
	p.stepNamespace(s, socketio.EvDisconnect)
	s.manager.m.Remove(s.n)
	p.sockets.remove(slot)
}

// ReleaseManager forgets a manager that has no sockets.
func (p *Core) ReleaseManager(id int) {
	c := p.managers.get(id)
	if c == nil || len(c.m.Namespaces) > 0 {
		return
	}
	if !c.m.Closed() {
		p.stepManager(c, &socketio.Event{Kind: socketio.EvClose})
	}
	p.links = max(p.links, c.m.Engine.Links())
	p.managers.remove(id)
}

// ReleaseSource forgets a token source that no socket has.
func (p *Core) ReleaseSource(id int) {
	from := p.sources.get(id)
	if from == nil {
		return
	}
	for _, s := range p.sockets {
		if s != nil && s.source == from {
			return
		}
	}
	p.sources.remove(id)
}
