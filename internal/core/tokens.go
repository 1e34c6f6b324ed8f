package core

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// Source makes a token source known.
func (p *Core) Source(id int, timeout int64) {
	if p.sources.free(id) {
		p.sources.put(id, &source{id: id, state: lifecycle.NewSource(timeout)})
	}
}

// Token is a source's answer to a call.
func (p *Core) Token(id int, call uint32, token lifecycle.Token) {
	p.stepSource(p.sources.get(id), &lifecycle.SourceEvent{Kind: lifecycle.SrcAnswer, Call: call, Token: token})
}

// TokenFailed: a call of a source has failed.
func (p *Core) TokenFailed(id int, call uint32, reason lifecycle.Reason) {
	p.stepSource(p.sources.get(id), &lifecycle.SourceEvent{Kind: lifecycle.SrcFailed, Call: call, Reason: reason})
}

// Authenticated: the server has sent `authenticated`.
func (p *Core) Authenticated(slot int) {
	p.stepLifecycle(p.socket(slot), &lifecycle.Event{Kind: lifecycle.EvAuthenticated})
}

// Unauthorized: the server has sent `unauthorized`.
func (p *Core) Unauthorized(slot int, code, message string, callback bool, kind string, reason lifecycle.Reason) {
	s := p.socket(slot)
	if s == nil {
		return
	}
	s.hangsUp = s.hangsUp || callback
	p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: lifecycle.Refusal{
		Code: code, Message: message, Callback: callback, Type: kind, Reason: reason,
	}})
}

// Hook: onUnauthorized has settled.
func (p *Core) Hook(slot int, seq uint32, token lifecycle.Token) {
	p.stepLifecycle(p.socket(slot), &lifecycle.Event{Kind: lifecycle.EvHookSettled, Seq: seq, Token: token})
}

// Called: the user has called the callback of an `unauthorized`.
func (p *Core) Called(slot int) {
	p.stepLifecycle(p.socket(slot), &lifecycle.Event{Kind: lifecycle.EvAcked})
}

// Acknowledged: all callbacks have been called.
func (p *Core) Acknowledged(slot int) {
	if s := p.socket(slot); s != nil {
		acts := s.acknowledging
		s.acknowledging = nil
		p.performLifecycle(s, acts)
	}
}

// Reauthenticate is the user's socket.reauthenticate().
func (p *Core) Reauthenticate(slot int) {
	p.stepLifecycle(p.socket(slot), &lifecycle.Event{Kind: lifecycle.EvReauthenticate})
}
