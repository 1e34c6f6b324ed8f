//go:build !js

package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// lifecycleEvents are not the application's events: the teller prints them to standard error.
var lifecycleEvents = []string{"authenticated", "unauthorized"}

func setupListen(*flag.FlagSet) func(context.Context, *program, *config, []string) error {
	return func(ctx context.Context, p *program, c *config, names []string) error {
		w := telling(teller(p.err, c.quiet))
		w.setup = printEvents(p, names)
		s, err := c.open(ctx, c.tokens.user(1), w)
		if err != nil {
			return interrupted(ctx, err)
		}
		defer s.conn.Close()
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.end(ctx):
			return err
		}
	}
}

func setupConnect(*flag.FlagSet) func(context.Context, *program, *config, []string) error {
	return func(ctx context.Context, p *program, c *config, rest []string) error {
		if len(rest) > 0 {
			return usagef("connect takes nothing after the URL: it reads the events from its input; or use emit")
		}
		tell := teller(p.err, c.quiet)
		w := telling(tell)
		w.setup = printEvents(p, nil)
		s, err := c.open(ctx, c.tokens.user(1), w)
		if err != nil {
			return interrupted(ctx, err)
		}
		defer s.conn.Close() // sends what has been emitted
		lines, broken := readLines(p.in)
		end := s.end(ctx)
		for {
			select {
			case line, ok := <-lines:
				if !ok {
					return <-broken
				}
				if err := emitLine(s.conn, line); err != nil {
					tell("%v", err)
				}
			case <-ctx.Done():
				return nil
			case err := <-end:
				return err
			}
		}
	}
}

// readLines sends the lines of in, however long they are, and then its error: nil at the
// end of the input.
func readLines(in io.Reader) (lines <-chan string, end <-chan error) {
	all, why := make(chan string), make(chan error, 1)
	go func() {
		defer close(all)
		for typed := bufio.NewReader(in); ; {
			line, err := typed.ReadString('\n')
			if line != "" {
				all <- line
			}
			switch {
			case errors.Is(err, io.EOF):
				why <- nil
				return
			case err != nil:
				why <- fmt.Errorf("the input: %w", err)
				return
			}
		}
	}()
	return all, why
}

func emitLine(conn *zishang.Conn, line string) error {
	if strings.TrimSpace(line) == "" {
		return nil
	}
	event, args, err := parseLine(line)
	if err != nil {
		return err
	}
	return conn.Emit(event, args...)
}

func setupEmit(f *flag.FlagSet) func(context.Context, *program, *config, []string) error {
	ack := f.Bool("ack", false, "wait for the acknowledgement and print it")
	return func(ctx context.Context, p *program, c *config, rest []string) error {
		if len(rest) == 0 {
			return usagef("the event is missing: siojwt emit [FLAGS] URL EVENT [ARGUMENT…]")
		}
		var args []any
		for _, text := range rest[1:] {
			args = append(args, parseArgument(text))
		}
		s, err := c.open(ctx, c.tokens.user(1), watch{})
		if err != nil {
			return stopped(ctx, err, rest[0], "emitted")
		}
		defer s.conn.Close() // sends what has been emitted
		if !*ack {
			if err := s.conn.Emit(rest[0], args...); err != nil {
				return usageError{err}
			}
			return nil
		}
		waiting, cancel := context.WithTimeout(ctx, c.timeout)
		defer cancel()
		answer, err := s.conn.EmitWithAck(waiting, rest[0], args...)
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return fmt.Errorf("no acknowledgement of %q within %v: does the server acknowledge this event?", rest[0], c.timeout)
		case err != nil:
			return stopped(ctx, err, rest[0], "acknowledged")
		}
		fmt.Fprintln(p.out, toJSON(answer))
		return nil
	}
}

// printEvents prints the events with these names, or all events of the server.
func printEvents(p *program, names []string) func(conn *zishang.Conn) {
	return func(conn *zishang.Conn) {
		conn.OnAny(func(args ...any) {
			name, _ := args[0].(string)
			if len(names) > 0 && !slices.Contains(names, name) || len(names) == 0 && slices.Contains(lifecycleEvents, name) {
				return
			}
			fmt.Fprintln(p.out, toJSON(withoutAck(args)))
		})
	}
}

// withoutAck returns an event's arguments without the function that acknowledges it.
func withoutAck(args []any) []any {
	if _, ok := args[len(args)-1].(func([]any, error)); ok {
		return args[:len(args)-1]
	}
	return args
}

// stopped returns err, or an error if the user has stopped the command before its end.
func stopped(ctx context.Context, err error, event, done string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("stopped before %q was %s", event, done)
	}
	return err
}

// interrupted returns err, or nil if the user has stopped a command that has no end of its own.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
