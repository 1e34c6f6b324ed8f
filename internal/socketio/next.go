package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// Next handles an event, and appends what is to be done to out. Any event is safe at any
// time; one that does not apply changes nothing.
func (m *Manager) Next(e *Event, out []Action) []Action {
	m.now, m.out = e.Now, out
	m.next(e)
	if m.fences.exists != existsNot {
		m.giveUpFences()
	}
	if m.rejoining.answered {
		m.hasLeft()
	}
	m.driveStandby()
	out, m.out = m.out, nil
	return out
}

func (m *Manager) next(e *Event) {
	switch e.Kind {
	case EvEngine:
		m.engine(&e.Engine)
	case EvOpen:
		m.callback = e.Callback
		m.open(CauseConnect)
	case EvClose:
		m.close()
	case EvContinue:
		if m.phase == PhasePausing && m.reconnectAt == 0 {
			m.open(CauseReconnect)
		}
	case EvFinished:
		if e.Link == m.handover.finishing {
			m.retired()
		}
	case EvAnswered:
		m.answered(m.handover.other.Owns(e.Link), e.Answer)
	case EvMisjudged:
		m.misjudge(e.Link)
	case EvSecondRefused:
		m.refuseSecond()
	case EvStopReconnecting:
		m.stopReconnecting()
	case EvRootConnected:
		m.rootConnected = true
	case EvAcked:
		m.lookAtAcks()
	case EvTick:
		m.tick()
	default:
		if n := m.Find(e.Slot); n != nil {
			m.member(n, e)
		}
	}
}

// unused says whether the connection is open and no namespace is connected on it yet, so that
// replacing it causes no events.
func (m *Manager) unused() bool {
	for _, n := range m.Namespaces {
		if n.Phase == Connected {
			return false
		}
	}
	return m.phase == PhaseOpen && m.handover.stage == steady
}

// member handles an event of one namespace.
func (m *Manager) member(n *Namespace, e *Event) {
	switch e.Kind {
	case EvConnect:
		m.connect(n)
	case EvCleared:
		if n.Phase == Waiting || n == m.handover.carried {
			n.cleared = true
			m.proceed(n)
		}
	case EvNspConnected:
		m.connected(n)
	case EvNspRefused:
		m.refused(n)
	case EvNspDisconnected:
		m.disconnected(n)
	case EvLateAnswer:
		m.lateAnswer(n, e.Connected)
	case EvDisconnect:
		m.disconnect(n)
	case EvAccepted:
		n.Held = false
		n.attempts = 0
		if n.Phase == Connected {
			m.tell(n, ActFlush)
		}
	case EvHold:
		n.Held = true
	case EvRenew:
		m.renew(n, e.Cause)
	case EvBackoff:
		m.backoff(n)
	case EvHalt:
		m.halt(n)
	}
}

func (m *Manager) tick() {
	if m.due(m.openBy) {
		m.openBy = 0
		m.hangUp()
		m.failed(ReasonTimeout)
	}
	if m.due(m.reconnectAt) {
		m.reconnectAt = 0
		m.act(ActReconnectAttempt).N = m.Backoff.Attempts
	}
	if m.due(m.handover.wait.by) {
		m.handoverDue()
	}
	for _, n := range m.Namespaces {
		if m.due(n.retryAt) {
			m.retry(n)
		}
		if m.due(n.answerBy) {
			m.unanswered(n)
		}
		if m.due(n.leaves.by) {
			m.exchange(n)
		}
	}
	m.engine(&engineio.Event{Kind: engineio.EvTick, Now: m.now})
}

func (m *Manager) due(at int64) bool { return at != 0 && m.now >= at }

// engine gives an event to the connection that its link belongs to.
func (m *Manager) engine(e *engineio.Event) {
	h := &m.handover
	if !h.other.Owns(e.Link) {
		m.step(&m.Engine, e, true)
		return
	}
	m.toOther(e)
	if h.other.Phase == engineio.Closed { // it answers nothing any more
		h.awaited = 0
	}
	m.lookAtAcks()
}

// hangUp closes the connection in use. The caller handles the consequences.
func (m *Manager) hangUp() {
	m.step(&m.Engine, &engineio.Event{Kind: engineio.EvClose, Now: m.now}, false)
}

// step gives an event to a connection. heard says whether the manager reacts when the
// connection opens or closes.
func (m *Manager) step(connection *engineio.State, e *engineio.Event, heard bool) {
	actions := connection.Step(e, nil)
	for i := range actions {
		a := &actions[i]
		switch {
		case a.Kind != engineio.ActOpened && a.Kind != engineio.ActClosed:
			m.act(ActEngine).Engine = a
		case !heard:
		case a.Kind == engineio.ActOpened:
			m.opened()
		case m.phase.opening():
			m.failed(a.Reason)
		default:
			m.lost(a.Reason)
		}
	}
}
