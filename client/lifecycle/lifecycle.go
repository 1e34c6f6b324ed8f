package lifecycle

// Lifecycle is the state of one socket's token. It is a plain value.
type Lifecycle struct {
	config Config
}

// New is a socket that has not been connected yet.
func New(c Config) Lifecycle {
	return Lifecycle{config: c.withDefaults()}
}

// Next is the state after e. What is to be done is appended to out.
func (l Lifecycle) Next(e Event, out []Action) (Lifecycle, []Action) {
	return l, out
}
