package lifecycle

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// asker drives a Source and writes down what it wants.
type asker struct {
	s   Source
	now int64
}

func (a *asker) next(e SourceEvent) string {
	e.Now = a.now
	var out []SourceAction
	a.s, out = a.s.Next(e, nil)
	var did []string
	for _, o := range out {
		switch o.Kind {
		case SrcCall:
			did = append(did, fmt.Sprintf("call %d %s", o.Call, o.Cause))
		case SrcDeliver:
			did = append(did, fmt.Sprintf("%d gets %d", o.Socket, o.Token.ID))
		case SrcDeliverFailed:
			did = append(did, fmt.Sprintf("%d gets nothing", o.Socket))
		case SrcCancel:
			did = append(did, fmt.Sprintf("cancel %d", o.Call))
		}
	}
	return strings.Join(did, ", ")
}

func (a *asker) want(t *testing.T, want string, e SourceEvent) {
	t.Helper()
	if got := a.next(e); got != want {
		t.Errorf("did %q, want %q", got, want)
	}
}

func TestSource(t *testing.T) {
	ask := func(socket int, c Cause, have uint32) SourceEvent {
		return SourceEvent{Kind: SrcAsk, Socket: socket, Seq: 1, Cause: c, Have: have}
	}
	answer := func(call, id uint32) SourceEvent {
		return SourceEvent{Kind: SrcAnswer, Call: call, Token: Token{ID: id}}
	}
	for name, life := range map[string]func(a *asker){
		"asked → called → delivered": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "1 gets 7", answer(1, 7))
			a.want(t, "call 2 reconnect", ask(1, CauseReconnect, 0))
		},
		"asked → called → failed": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "1 gets nothing", SourceEvent{Kind: SrcFailed, Call: 1})
		},
		"a hundred sockets, one call": func(a *asker) {
			a.want(t, "call 1 connect", ask(0, CauseConnect, 0))
			for i := 1; i < 100; i++ {
				a.want(t, "", ask(i, CauseConnect, 0))
			}
			if got := a.next(answer(1, 7)); strings.Count(got, "gets 7") != 100 {
				t.Errorf("a hundred wait: %s", got)
			}
		},
		"a hundred sockets refused one after the other, one call": func(a *asker) {
			a.next(ask(0, CauseConnect, 0))
			a.next(answer(1, 7))
			a.want(t, "call 2 unauthorized", ask(0, CauseUnauthorized, 7))
			a.want(t, "0 gets 8", answer(2, 8))
			for i := 1; i < 100; i++ {
				a.now += 49
				a.want(t, fmt.Sprintf("%d gets 8", i), ask(i, CauseUnauthorized, 7))
			}
			a.now += shared
			a.want(t, "call 3 unauthorized", ask(1, CauseUnauthorized, 7))
		},
		"an answer that is over → serves nobody who asks later": func(a *asker) {
			a.now = 10_000
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "1 gets 7", answer(1, 7))
			a.want(t, "call 2 refresh", ask(1, CauseRefresh, 7))
			over := answer(2, 8)
			over.Token.ExpiresAt = a.now
			a.want(t, "1 gets 8", over)
			a.want(t, "call 3 refresh", ask(1, CauseRefresh, 7))
			a.want(t, "1 gets 9", answer(3, 9))
		},
		"an answer that is not over yet → serves who had the token before": func(a *asker) {
			a.now = 10_000
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "", ask(2, CauseConnect, 0))
			a.want(t, "1 gets 7, 2 gets 7", answer(1, 7))
			a.want(t, "call 2 refresh", ask(1, CauseRefresh, 7))
			good := answer(2, 8)
			good.Token.ExpiresAt = a.now + 1
			a.want(t, "1 gets 8", good)
			a.want(t, "2 gets 8", ask(2, CauseRefresh, 7))
		},
		"what was refused does not come again": func(a *asker) {
			a.next(ask(0, CauseConnect, 0))
			a.next(answer(1, 7))
			a.want(t, "call 2 unauthorized", ask(0, CauseUnauthorized, 7))
			a.want(t, "0 gets 7", answer(2, 7))
			a.want(t, "call 3 unauthorized", ask(0, CauseUnauthorized, 7))
		},
		"a cached answer does not do for the refused one": func(a *asker) {
			a.want(t, "call 1 connect", ask(0, CauseConnect, 0))
			a.want(t, "", ask(1, CauseUnauthorized, 7))
			a.want(t, "0 gets 7, call 2 unauthorized", answer(1, 7))
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"of those that are left the most pressing one is asked for": func(a *asker) {
			a.want(t, "call 1 connect", ask(0, CauseConnect, 0))
			a.want(t, "", ask(1, CauseRefresh, 7))
			a.want(t, "", ask(2, CauseUnauthorized, 7))
			a.want(t, "0 gets 7, call 2 unauthorized", answer(1, 7))
			a.want(t, "1 gets 7, 2 gets 7", answer(2, 7))
		},
		"another answer does": func(a *asker) {
			a.want(t, "call 1 connect", ask(0, CauseConnect, 0))
			a.want(t, "", ask(1, CauseUnauthorized, 7))
			a.want(t, "0 gets 8, 1 gets 8", answer(1, 8))
		},
		"late → dropped": func(a *asker) {
			a.want(t, "call 1 connect", ask(0, CauseConnect, 0))
			a.now += 999
			a.want(t, "", SourceEvent{Kind: SrcTick})
			a.now++
			a.want(t, "0 gets nothing", SourceEvent{Kind: SrcTick})
			a.want(t, "", answer(1, 7))
			a.want(t, "call 2 connect", ask(0, CauseConnect, 0))
			a.want(t, "", answer(1, 7))
			a.want(t, "", SourceEvent{Kind: SrcFailed, Call: 1})
			a.want(t, "0 gets 8", answer(2, 8))
		},
		"asked twice → the second ask counts": func(a *asker) {
			a.want(t, "call 1 connect", ask(0, CauseConnect, 0))
			again := ask(0, CauseReconnect, 0)
			again.Seq = 2
			a.want(t, "", again)
			a.want(t, "0 gets 7", answer(1, 7))
		},
	} {
		t.Run(name, func(*testing.T) { life(&asker{s: NewSource(1_000), now: start}) })
	}
}

// TestSourceAfterDisconnect: no socket gets the answer of a call that was asked
// before a user's disconnect(), and one call runs at a time all the same.
func TestSourceAfterDisconnect(t *testing.T) {
	ask := func(socket int, c Cause, have uint32) SourceEvent {
		return SourceEvent{Kind: SrcAsk, Socket: socket, Seq: 1, Cause: c, Have: have}
	}
	answer := func(call, id uint32) SourceEvent {
		return SourceEvent{Kind: SrcAnswer, Call: call, Token: Token{ID: id}}
	}
	fail := func(call uint32) SourceEvent { return SourceEvent{Kind: SrcFailed, Call: call} }
	stop := func(socket int) SourceEvent { return SourceEvent{Kind: SrcForget, Socket: socket} }
	for name, life := range map[string]func(a *asker){
		"open → disconnect → abandoned → its answer → quiet": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "cancel 1", stop(1))
			a.want(t, "", answer(1, 7))
			a.want(t, "call 2 connect", ask(1, CauseConnect, 0))
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"abandoned → connect → waits → its answer → a call of its own": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "cancel 1", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "call 2 connect", answer(1, 7))
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"abandoned → connect → waits → its failure → a call of its own": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "cancel 1", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "call 2 connect", fail(1))
		},
		"abandoned → connect → waits → its time is over → a call of its own": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.now += 400
			a.want(t, "cancel 1", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.now += 599
			a.want(t, "", SourceEvent{Kind: SrcTick})
			a.now++
			a.want(t, "call 2 connect", SourceEvent{Kind: SrcTick})
			a.want(t, "", answer(1, 7))
			a.now += 999
			a.want(t, "", SourceEvent{Kind: SrcTick})
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"connect, disconnect, connect, disconnect, connect: two calls, one after the other": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "cancel 1", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "call 2 connect", fail(1))
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"abandoned, and nobody asks → no call": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "cancel 1", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "", stop(1))
			a.want(t, "", fail(1))
		},
		"one of two stops → the other gets the answer": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "", ask(2, CauseConnect, 0))
			a.want(t, "", stop(1))
			a.want(t, "2 gets 7", answer(1, 7))
			a.want(t, "call 2 connect", ask(1, CauseConnect, 0))
		},
		"one of two stops and connects → the other's answer is not its own": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "", ask(2, CauseConnect, 0))
			a.want(t, "", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "2 gets 7, call 2 connect", answer(1, 7))
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"one of two stops and connects → nor is the other's failure": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "", ask(2, CauseConnect, 0))
			a.want(t, "", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "2 gets nothing, call 2 connect", fail(1))
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"one of two stops and connects, the other stops → abandoned": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "", ask(2, CauseConnect, 0))
			a.want(t, "", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "cancel 1", stop(2))
			a.want(t, "call 2 connect", answer(1, 7))
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"who did not wait stops and connects → another's older call is not its own": func(a *asker) {
			a.want(t, "call 1 refresh", ask(2, CauseRefresh, 6))
			a.want(t, "", stop(1))
			a.want(t, "", ask(1, CauseConnect, 0))
			a.want(t, "2 gets 7, call 2 connect", answer(1, 7))
			a.want(t, "1 gets 8", answer(2, 8))
		},
		"a new socket after a disconnect → an older call is not its own": func(a *asker) {
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
			a.want(t, "", ask(2, CauseConnect, 0))
			a.want(t, "", stop(1))
			a.want(t, "", ask(3, CauseConnect, 0))
			a.want(t, "2 gets 7, call 2 connect", answer(1, 7))
		},
		"answered before a disconnect → serves nobody after it": func(a *asker) {
			a.next(ask(1, CauseConnect, 0))
			a.next(answer(1, 7))
			a.next(ask(2, CauseRefresh, 7))
			a.next(answer(2, 8))
			a.want(t, "", stop(1))
			a.want(t, "call 3 refresh", ask(1, CauseRefresh, 7))
		},
		"asked before a disconnect and answered after it → serves nobody who asks later": func(a *asker) {
			a.next(ask(1, CauseConnect, 0))
			a.next(answer(1, 7))
			a.want(t, "call 2 refresh", ask(2, CauseRefresh, 7))
			a.want(t, "", stop(1))
			a.want(t, "2 gets 8", answer(2, 8))
			a.want(t, "call 3 refresh", ask(1, CauseRefresh, 7))
		},
		"abandoned and answered → serves nobody who asks later": func(a *asker) {
			a.next(ask(1, CauseConnect, 0))
			a.next(answer(1, 7))
			a.want(t, "call 2 refresh", ask(1, CauseRefresh, 7))
			a.want(t, "cancel 2", stop(1))
			a.want(t, "", answer(2, 8))
			a.want(t, "call 3 refresh", ask(1, CauseRefresh, 7))
		},
		"a socket that knows nothing of the source stops → nothing": func(a *asker) {
			a.want(t, "", stop(9))
			a.want(t, "call 1 connect", ask(1, CauseConnect, 0))
		},
	} {
		t.Run(name, func(t *testing.T) { life(&asker{s: NewSource(1_000), now: start}) })
	}
}

// Nothing waits for ever: what a source tells of its deadline is right after every
// event, also while an abandoned call runs.
func TestSourceDeadlineOfAnAbandonedCall(t *testing.T) {
	s, told := NewSource(1_000), int64(0)
	give := func(kind SourceEventKind, now int64) {
		var out []SourceAction
		s, out = s.Next(SourceEvent{Kind: kind, Socket: 1, Now: now}, nil)
		for _, a := range out {
			if a.Kind == SrcDeadline {
				told = a.At
			}
		}
	}
	give(SrcAsk, start)
	give(SrcForget, start+1)
	give(SrcAsk, start+2)
	if told != start+1_000 {
		t.Errorf("the deadline of the abandoned call: %d", told-start)
	}
	give(SrcTick, start+1_000)
	if told != start+2_000 {
		t.Errorf("the deadline of the next call: %d", told-start)
	}
}

// Next leaves the source that was: what happens to the next one does not happen to it.
func TestSourceNextLeavesTheSource(t *testing.T) {
	s, _ := NewSource(0).Next(SourceEvent{Kind: SrcAsk, Socket: 1}, nil)
	before := slices.Clone(s.waiting)
	a, _ := s.Next(SourceEvent{Kind: SrcAsk, Socket: 2}, nil)
	b, _ := s.Next(SourceEvent{Kind: SrcAsk, Socket: 3}, nil)
	b.Next(SourceEvent{Kind: SrcForget, Socket: 1}, nil)
	if !reflect.DeepEqual(s.waiting, before) || a.waiting[1].socket != 2 || b.waiting[1].socket != 3 {
		t.Error("the next source writes to the list of the one before")
	}
}

// All sockets of a manager ask in one call of the page, which frees nothing before it ends: what they allocate
// grows with their number, not with its square.
func TestSourceAskCopiesNoList(t *testing.T) {
	const sockets = 2_000
	s := NewSource(0)
	var before, after runtime.MemStats
	out := make([]SourceAction, 0, 2)
	runtime.ReadMemStats(&before)
	for i := range sockets {
		out = s.Step(&SourceEvent{Kind: SrcAsk, Socket: i}, out[:0])
	}
	runtime.ReadMemStats(&after)
	list := sockets * uint64(unsafe.Sizeof(waiter{}))
	if allocated := after.TotalAlloc - before.TotalAlloc; len(s.waiting) != sockets || allocated > 10*list {
		t.Errorf("%d of %d wait; %d bytes were allocated for a list of %d", len(s.waiting), sockets, allocated, list)
	}
}
