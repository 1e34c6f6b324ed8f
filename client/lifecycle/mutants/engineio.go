//go:build !js

package main

// engineioMutants are the invariants of internal/engineio.
var engineioMutants = []mutant{
	{"revision: a server that refuses 4 is not asked with 3", "turn.refused",
		"return e.Refused", "return false", "TestRevisionRefused"},
	{"revision: a server that refuses both is asked for ever", "turn.next",
		"t.other, t.Revision = true,", "t.other, t.Revision = false,", "TestRevisionRefused"},
	{"revision: what has worked is forgotten", "turn.open",
		"begin: t.begin, ", "", "TestRevisionRefused"},
	{"revision: the first websocket that does not open is taken for an answer", "turn.refused",
		"return t.undialled > 1", "return true", "TestRevisionRefused"},
	{"revision: a websocket that fails after it has opened is taken for an answer", "turn.next",
		"t.dialled = true", "", "TestRevisionRefused"},
	{"revision: a server that takes both, and was asked with 3, is not asked with 4", "turn.handshake",
		"t.asked == 3 && e.Revision == 4", "false", "TestRevisionRefused"},
}
