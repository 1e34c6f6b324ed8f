//go:build !js

package zishang

import "time"

// letTimersStart waits until goroutines that have just been started have run: each
// of zishang520's timers has one, nobody can see whether it has run, and to stop a
// timer before is to leave it behind for ever. It is called wherever something new
// may be about to end.
func letTimersStart() { time.Sleep(time.Millisecond) }
