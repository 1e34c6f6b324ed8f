//go:build js

package zishang

import "runtime"

// letTimersStart waits until goroutines that have just been started have run, as
// on other platforms. Here there is one thread, and a page that nobody looks at
// makes a sleep last a second.
func letTimersStart() {
	for range 4 {
		runtime.Gosched()
	}
}
