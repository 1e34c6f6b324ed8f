//go:build !js

package main

// engineioMutants are the invariants of internal/engineio.
var engineioMutants = []mutant{
	{"revision: a server that refuses 4 is not asked with 3", "State.refused",
		"return e.Refused", "return false", "TestRevisionRefused"},
	{"revision: a server that refuses both is asked for ever", "State.next",
		"s.other, s.Revision = true,", "s.other, s.Revision = false,", "TestRevisionRefused"},
	{"revision: what has worked is forgotten", "State.open",
		"begin: s.begin, ", "", "TestRevisionRefused"},
	{"revision: the first websocket that does not open is taken for an answer", "State.refused",
		"return s.undialled > 1", "return true", "TestRevisionRefused"},
	{"revision: a websocket that fails after it has opened is taken for an answer", "State.next",
		"s.dialled = true", "", "TestRevisionRefused"},
	{"revision: a server that takes both, and was asked with 3, is not asked with 4", "State.handshake",
		"s.asked == 3 && e.Revision == 4", "false", "TestRevisionRefused"},
}
