//go:build !js

package zishang

import (
	"os"
	"os/signal"
	"syscall"
)

// The library's init catches these, does nothing that a Conn needs, and so keeps
// the first Ctrl-C and the first SIGTERM from ending the program.
func init() { signal.Reset(os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT) }
