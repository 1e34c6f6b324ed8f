//go:build !js

package main

// coreMutants are the invariants of internal/core.
var coreMutants = []mutant{
	{"rx: an answer to CONNECT of a socket that is gone counts as one of /", "message",
		"if n == nil && len(s.Namespace) > 1 {", "if false {", "TestRx"},
	{"rx: it changes the manager", "message",
		"n := c.m.Named(s.Namespace)", "n := c.m.Named(s.Namespace)\nc.m.Backoff.Attempts++", "TestRx"},
	{"tx: what is emitted before the token is accepted goes out", "Core.Tx",
		"(!n.Held || flags&(TxBypass|TxAck) != 0)", "true", "TestSimulation"},
	{"release: the host does not hear that a socket rests", "Core.settle",
		"p.host.SocketRests(n.Slot)", "", "TestSimulation"},
	{"release: a manager that is closed is told closed once more", "Core.ReleaseManager",
		"if !c.m.Closed() {", "if true {", "TestSimulation"},
	{"attempt: the lifecycle does not hear of a namespace that was connected before its token", "Core.lifecycleAction",
		"if late && s.attempt == connected {", "if late = false; late {", "TestSimulation"},
	{"attempt: a refusal outlives the user's disconnect()", "attempt.next",
		"case stops:\n	return resting", "case stops:", "TestAttempt"},
	{"attempt: a refusal ends with the attempt, though the lifecycle has not decided", "attempt.next",
		"if !a.pending() {\n	return asking\n}", "return asking", "TestAttempt"},
	{"acknowledge: what waits for it is forgotten", "Core.Acknowledged",
		"p.performLifecycle(s, acts)", "p.performLifecycle(s, acts[:0])", "TestSimulation"},
	{"wait: the page does not hear of a namespace that tries again on a connection that stays", "Core.lifecycleAction",
		"at != 0 {", "false {", "TestSimulation"},
	{"wait: the page does not hear of its next attempt", "Core.socketAction",
		"a.N > 0 && !s.manager.m.Reconnecting()", "false", "TestSimulation"},
	{"deadline: a connection's is not looked at", "Core.wake",
		"at = engineio.Sooner(at, c.m.Deadline())", "", "TestSimulation"},
}
