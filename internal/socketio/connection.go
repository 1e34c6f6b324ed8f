package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// open begins an attempt: first the tokens, then the transport.
func (m *Manager) open(cause Cause) {
	if m.Ready != ReadyClosed {
		return
	}
	m.Ready = ReadyOpening
	m.skipReconnect = false
	m.rootConnected = false
	m.reconnectAt = 0
	m.Engine.Phase = engineio.Idle
	for _, n := range m.Namespaces {
		if n.Active {
			n.Silent = n.Silent || n.Phase == Connected // on the connection that this one takes the place of
			n.wait()
			if cause != CauseConnect && n.cause != CauseUnauthorized && n.cause != CauseRefresh {
				n.cause = cause
			}
			m.ask(n)
		} else if n.Phase == Connected { // its token is given up, and it waited on the old connection for the server to hang up
			n.leave()
			m.tellClosed(n, engineio.ReasonTransportClose)
		}
	}
	m.openEngine()
}

// openEngine opens the transport once every token that its handshake carries is
// in hand. The time limit starts here: the token function has its own.
func (m *Manager) openEngine() {
	if m.Ready != ReadyOpening || m.Engine.Phase != engineio.Idle {
		return
	}
	for _, n := range m.Namespaces {
		if n.Active && n.Gate == GateOpen && !n.cleared {
			return
		}
	}
	if m.Timeout != 0 {
		m.openBy = m.now + m.Timeout
	}
	m.Engine.Config = m.Config.Engine
	if m.Older {
		m.Engine.Config.Revision, m.Older = engineio.Generation3.Revision, false
	}
	m.engine(engineio.Event{Kind: engineio.EvOpen, Now: m.now})
}

// settle puts the manager where no attempt and no change of connection is under
// way.
func (m *Manager) settle(r Ready) {
	m.Ready = r
	m.openBy, m.restartBy = 0, 0
	m.restart = restartNone
	if r == ReadyClosed {
		m.release()
	}
}

func (m *Manager) opened() {
	m.settle(ReadyOpen)
	m.rejoining, m.rejoined, m.taken = nil, false, takenNot
	if m.overlap == overlapOpening {
		m.oldBy = m.now + drainFor
	}
	m.act(ActOpen)
	for _, n := range m.Namespaces {
		if n.Active && n.Phase == Waiting {
			m.proceed(n)
		}
	}
	m.callback = false
	if m.reconnecting {
		n := m.Backoff.Attempts
		m.reconnecting = false
		m.Backoff.Attempts = 0
		m.act(ActReconnect).N = n
	}
}

// failed ends an attempt that has not opened.
func (m *Manager) failed(r Reason) {
	m.settle(ReadyClosed)
	m.act(ActError).Reason = r
	for _, n := range m.Namespaces {
		if !n.Active {
			continue
		}
		m.unveil(n)
		n.rest()
		m.tell(n, ActSocketError)
	}
	m.again()
}

// unveil: a change of connection is noticed after all.
func (m *Manager) unveil(n *Namespace) {
	if n.Silent {
		n.Silent = false
		m.tellClosed(n, engineio.ReasonTransportClose)
	}
}

// again plans the next attempt after one that failed.
func (m *Manager) again() {
	switch {
	case m.reconnecting:
		m.reconnecting = false
		m.reconnect()
		m.act(ActReconnectError)
	case m.callback:
		m.callback = false
	case m.Reconnection && m.Backoff.Attempts == 0:
		m.reconnect()
	}
}

// lost ends a connection that was open.
func (m *Manager) lost(r Reason) {
	if m.Ready == ReadyClosed {
		return
	}
	if m.covered != nil && m.Old.Phase == engineio.Opened { // perhaps because of that one
		m.alone = true
	}
	m.closed(r)
	if m.Reconnection && m.wanted() {
		m.reconnect()
	}
}

// closed tells everybody of the end.
func (m *Manager) closed(r Reason) {
	m.settle(ReadyClosed)
	m.Backoff.Attempts = 0
	m.act(ActClose).Reason = r
	for _, n := range m.Namespaces {
		if n.Phase == Off && !n.Active {
			continue
		}
		n.Silent = false
		n.rest()
		m.tellClosed(n, r)
	}
}

func (m *Manager) reconnect() {
	if m.reconnecting || m.skipReconnect {
		return
	}
	if m.MaxAttempts >= 0 && m.Backoff.Attempts >= m.MaxAttempts {
		m.Backoff.Attempts = 0
		m.act(ActReconnectFailed)
		return
	}
	m.reconnecting = true
	m.reconnectAt = m.now + m.Backoff.Next()
}

// close ends the connection, and with it every plan to open it again.
func (m *Manager) close() {
	m.skipReconnect = true
	m.reconnecting = false
	m.reconnectAt = 0
	m.hangUp()
	m.Engine.Phase = engineio.Idle
	m.closed(engineio.ReasonForced)
}
