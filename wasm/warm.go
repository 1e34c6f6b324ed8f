//go:build js && wasm

package main

// warm lives through a connection's beginning when the package is built
// (internal/freeze): the stack has grown by then, and the heap has room for each
// size, which Go would see to, and the browser compile the code for, while a
// visitor waits for his first connection. Nothing of that connection stays.
//
//go:wasmexport warm
//lint:ignore U1000 called by internal/freeze
func warm() {
	for _, told := range [...][]float64{
		{opManager, 0, 1, -1, 1000, 5000, -1, 20000, 1, 2, 1},
		{opSource},
		{opSocket, 0, 0, 1, 0, 2, 1, 30000},
		{opConnect},
		{opToken, 0, 1, 1, 1000, 1000, 3600000},
		{opClock, 0, 1000},
		{opHandshake, 0, 1, 25000, 20000, 1, 4},
		{opConnected},
		{opLinkOpened, 0, 2},
		{opControl, 0, 2, 3, 1},
		{opPaused, 0, 1},
		{opTick},
		{opEngineClose},
	} {
		shared.units[0] = '/'
		shared.op = told[0]
		copy(shared.args[:], told[1:])
		control()
		clear(shared.args[:])
	}
	the = page{}
	clear(shared.words[:])
}
