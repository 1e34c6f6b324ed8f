//go:build !js

// Command siojwt talks to a Socket.IO server that wants a JSON Web Token: what wscat is
// for WebSockets. It connects, listens, emits, and measures how a server takes in many
// users. The token is renewed before it expires, for as long as the command runs.
//
//	siojwt connect -token-file token.txt -via auth https://api.example.com/chat
//	siojwt listen  -token-command 'get-token --user bot' https://api.example.com/chat
//	siojwt emit    -token-env TOKEN -ack https://api.example.com/chat message '{"text":"hi"}'
//	siojwt load    -token-command 'get-token --user "user-$SIOJWT_USER"' -users 1000 https://api.example.com
//
// A token is read from a file, an environment variable or a command, and is never
// printed. See `siojwt help` and `siojwt help load`. The exit status is 0 when
// the work is done, 1 when it failed, 2 for a wrong command line and 3 when the server
// refused the token.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Exit statuses.
const (
	exitDone         = 0
	exitFailed       = 1 // the network or the server failed, or there was no token
	exitUsage        = 2 // the command line
	exitUnauthorized = 3 // the server refused the token
)

// program holds the standard streams and environment variables of a command.
type program struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
}

// command is a command of siojwt.
type command struct {
	name, arguments, does string
	// setup declares the command's own flags, and returns the function that runs it.
	setup func(f *flag.FlagSet) func(ctx context.Context, p *program, c *config, arguments []string) error
	// many: the command takes a token for each of many users.
	many bool
}

var commands = []command{
	{name: "connect", arguments: "URL", does: "connect, print what the server emits, and emit what is typed", setup: setupConnect},
	{name: "listen", arguments: "URL [EVENT…]", does: "print what the server emits, as lines of JSON", setup: setupListen},
	{name: "emit", arguments: "URL EVENT [ARGUMENT…]", does: "emit one event, and print the acknowledgement with -ack", setup: setupEmit},
	{name: "load", arguments: "URL", does: "connect many users, and tell how long each took to be authenticated", setup: setupLoad, many: true},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv}
	status := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// run runs a command line, without the program's name, and returns the exit status.
func (p *program) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		printUsage(p.err)
		return exitUsage
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out := &outlet{to: p.out, broken: stop}
	err := (&program{in: p.in, out: out, err: p.err, getenv: p.getenv}).do(ctx, args[0], args[1:])
	if broken := out.failure(); broken != nil {
		err = fmt.Errorf("the output: %w", broken)
	}
	return p.status(err)
}

// do runs the command of a name, or prints help.
func (p *program) do(ctx context.Context, name string, args []string) error {
	switch name {
	case "help", "-h", "-help", "--help":
		if len(args) == 0 {
			printUsage(p.out)
			return nil
		}
		name, args = args[0], []string{"-h"}
	}
	for _, c := range commands {
		if c.name == name {
			return p.command(ctx, c, args)
		}
	}
	return usagef("there is no command %q: use connect, listen, emit or load; `siojwt help` tells what they do", name)
}

// outlet is an output that remembers why it could not be written: what nobody gets to read is not done.
// (Where a pipe has lost its reader the operating system ends the program.)
type outlet struct {
	to     io.Writer
	broken func() // called when a write has failed

	mu  sync.Mutex
	err error // of the first write that failed
}

func (o *outlet) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	if err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.err == nil {
			o.err = err
			o.broken()
		}
	}
	return n, err
}

// failure is why the output could not be written; nil when it could.
func (o *outlet) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

func (p *program) command(ctx context.Context, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are printed by status, once
	cfg := &config{}
	cfg.declare(flags, c.many)
	run := c.setup(flags)
	rest, err := cfg.parse(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		printHelp(p.out, c, flags)
		return nil
	}
	if err != nil {
		return err
	}
	if err := cfg.resolve(p.getenv, c.many); err != nil {
		return err
	}
	return run(ctx, p, cfg, rest)
}

// usageError is a mistake on the command line.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// status prints an error with advice, and returns the exit status.
func (p *program) status(err error) int {
	if err == nil {
		return exitDone
	}
	fmt.Fprintln(p.err, "siojwt: "+redact(err.Error()))
	if hint := hintFor(err); hint != "" {
		fmt.Fprintln(p.err, "        "+hint)
	}
	var usage usageError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case isRefusal(err):
		return exitUnauthorized
	}
	return exitFailed
}
