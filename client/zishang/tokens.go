package zishang

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/jwtclaims"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// tokenTable holds the texts of the tokens that the lifecycle knows by number.
type tokenTable struct {
	last    uint32
	entries []tokenEntry
}

type tokenEntry struct {
	token lifecycle.Token
	text  string
}

// How many tokens are remembered: the one in use, the one that is to take its
// place, and some that were refused.
const tokenTableSize = 8

// token is the lifecycle's name for a text; "" is no token.
func (p *tokenTable) token(text string, now int64) lifecycle.Token {
	if text == "" {
		return lifecycle.Token{}
	}
	for _, known := range p.entries {
		if known.text == text {
			return known.token
		}
	}
	claims, _ := jwtclaims.Parse(text)
	p.last++
	t := lifecycle.Token{ID: p.last, ReceivedAt: now}
	if !claims.IssuedAt.IsZero() {
		t.IssuedAt = claims.IssuedAt.UnixMilli()
	}
	if !claims.ExpiresAt.IsZero() {
		t.ExpiresAt = claims.ExpiresAt.UnixMilli()
	}
	if len(p.entries) == tokenTableSize {
		p.entries = slices.Delete(p.entries, 0, 1)
	}
	p.entries = append(p.entries, tokenEntry{t, text})
	return t
}

func (p *tokenTable) text(id uint32) string {
	for _, known := range p.entries {
		if known.token.ID == id {
			return known.text
		}
	}
	return ""
}

// ask gives the token source an event, and does what it says. failure is why a
// call has failed, for events that may end one.
func (c *Conn) ask(e lifecycle.SourceEvent, failure error) {
	e.Now = c.host.now()
	var actions []lifecycle.SourceAction
	c.source, actions = c.source.Next(e, nil)
	for _, a := range actions {
		switch a.Kind {
		case lifecycle.SrcCall:
			ctx, cancel := context.WithTimeout(c.ctx, c.options.TokenTimeout)
			c.cancelCall = cancel
			go c.callToken(ctx, cancel, a.Call, a.Cause)
		case lifecycle.SrcCancel:
			c.cancelCall()
		case lifecycle.SrcDeliver:
			c.feed(lifecycle.Event{Kind: lifecycle.EvToken, Seq: a.Seq, Token: a.Token})
		case lifecycle.SrcDeliverFailed:
			c.failure = failure
			c.tokenRefusal = nil
			if a.Reason != 0 {
				errors.As(failure, &c.tokenRefusal)
			}
			c.feed(lifecycle.Event{Kind: lifecycle.EvTokenFailed, Seq: a.Seq, Reason: a.Reason})
		case lifecycle.SrcDeadline:
			c.sourceAt = a.At
		}
	}
}

var errTokenTimeout = errors.New("zishang: Token ran past TokenTimeout")

// callToken calls the program's function, on a goroutine of its own.
func (c *Conn) callToken(ctx context.Context, cancel context.CancelFunc, call uint32, cause lifecycle.Cause) {
	defer cancel()
	text, err := "", errTokenGoexit
	defer func() { c.answerToken(call, text, err) }()
	if cancelled := ctx.Err(); cancelled != nil { // before the function was called
		err = cancelled
		return
	}
	text, err = c.tokenOf(ctx, cause)
}

// answerToken is the end of a call.
func (c *Conn) answerToken(call uint32, text string, err error) {
	c.inbox.put(func() {
		e := lifecycle.SourceEvent{Kind: lifecycle.SrcAnswer, Call: call}
		if err != nil {
			e.Kind = lifecycle.SrcFailed
			var meant *client.UnauthorizedError
			if errors.As(err, &meant) && meant.Reason.Fatal() {
				e.Reason = meant.Reason
			}
		} else {
			e.Token = c.tokens.token(text, c.host.now())
		}
		c.ask(e, err)
	})
}

func (c *Conn) tokenOf(ctx context.Context, cause lifecycle.Cause) (text string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("zishang: panic in Token: %v", r)
			c.report(err)
		}
	}()
	text, err = c.options.Token(ctx, cause)
	if meant := (*client.UnauthorizedError)(nil); errors.As(err, &meant) && meant == nil {
		return "", errNilRefusal
	}
	if err == nil && c.options.Via&client.ViaHeader != 0 && strings.ContainsFunc(text, unicode.IsControl) {
		return "", errTokenControl
	}
	return text, err
}

// errTokenGoexit is about a function that does not return: FailNow of package testing, and what is built on it, end the
// goroutine.
var errTokenGoexit = errors.New("zishang: Token ended its goroutine (runtime.Goexit, or FailNow of package testing); let it return an error instead")

// errNilRefusal is about an error that is a nil pointer: it is not nil itself, and has nothing to read.
var errNilRefusal = errors.New("zishang: Token returned a nil *client.UnauthorizedError as its error, which is not a nil error; return nil itself where there is none")

// errTokenControl is about a token that no header can carry, as it comes from a file that
// ends with a line break.
var errTokenControl = errors.New("zishang: Token returned a token with a line break or another control character, which client.ViaHeader cannot carry; trim it by strings.TrimSpace")
