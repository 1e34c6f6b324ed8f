package lifecycle

// Defaults in milliseconds.
const (
	DefaultRefreshBefore = 30_000
	DefaultTokenTimeout  = 10_000
	DefaultAuthTimeout   = 10_000
	DefaultHookTimeout   = 10_000
)

// Config is what a Lifecycle needs to know of the user's options. Times are in
// milliseconds; AuthTimeout and HookTimeout have defaults, a RefreshBefore of 0
// or less turns renewal off.
type Config struct {
	_             [0]func()
	Via           Via
	Provider      bool // the token comes from a function, which can be asked again
	Guest         bool // without a token now, connect without one
	InBand        bool // renew by a second `authenticate`; ViaEvent only
	RefreshBefore int64
	AuthTimeout   int64
	HookTimeout   int64
	Seed          uint32 // of the random part of pauses; sockets should differ
}

func (c Config) withDefaults() Config {
	if c.Via == 0 {
		c.Via = ViaEvent
	}
	if c.Via&ViaEvent == 0 || !c.Provider {
		c.InBand = false
	}
	if c.RefreshBefore < 0 || !c.Provider {
		c.RefreshBefore = 0
	}
	c.AuthTimeout = timeout(c.AuthTimeout, DefaultAuthTimeout)
	c.HookTimeout = timeout(c.HookTimeout, DefaultHookTimeout)
	return c
}

// timeout is ms or its default; one that never ends is still a time that can be
// added to another.
func timeout(ms, otherwise int64) int64 {
	if ms <= 0 {
		return otherwise
	}
	return min(ms, LatestTime)
}
