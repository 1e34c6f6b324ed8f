//go:build !js

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// defaultUsers is how many users there are when there is no file with a token for each.
const defaultUsers = 100

type loadFlags struct {
	users, concurrency int
	hold               time.Duration
	json               bool
}

func setupLoad(f *flag.FlagSet) func(context.Context, *program, *config, []string) error {
	var l loadFlags
	f.IntVar(&l.users, "users", 0, "connect `N` users (default: the lines of -token-file, or 100)")
	f.IntVar(&l.concurrency, "concurrency", 32, "connect `N` users at the same time")
	f.DurationVar(&l.hold, "hold", 0, "keep the users connected for this long after the last one has come")
	f.BoolVar(&l.json, "json", false, "print the summary as one JSON object")
	return func(ctx context.Context, p *program, c *config, rest []string) error {
		if len(rest) > 0 {
			return usagef("load takes nothing after the URL")
		}
		if err := l.resolve(c.tokens.users); err != nil {
			return err
		}
		return l.run(ctx, p, c)
	}
}

// resolve checks the flags. tokens is the number of tokens; 0 means any number.
func (l *loadFlags) resolve(tokens int) error {
	switch {
	case l.users == 0 && tokens > 0:
		l.users = tokens
	case l.users == 0:
		l.users = defaultUsers
	case l.users < 0:
		return usagef("-users has to be above 0")
	case tokens > 0 && l.users > tokens:
		return usagef("-users is %d, and -token-file has %s: leave -users out, or give each user a line", l.users, plural(tokens, "token"))
	}
	if l.concurrency < 1 {
		return usagef("-concurrency has to be above 0")
	}
	return nil
}

func (l *loadFlags) run(ctx context.Context, p *program, c *config) error {
	m := &measurement{users: l.users}
	done := make(chan struct{})
	var progress sync.WaitGroup
	if !c.quiet {
		progress.Go(func() { m.progress(p, done) })
	}
	conns := l.connect(ctx, c, m)
	if l.hold > 0 && len(conns) > 0 {
		select {
		case <-time.After(l.hold):
		case <-ctx.Done():
		}
	}
	close(done)
	progress.Wait()
	m.ending.Store(true)
	var closing sync.WaitGroup
	for _, conn := range conns {
		closing.Go(func() { _ = conn.Close() })
	}
	closing.Wait()
	if l.json {
		fmt.Fprintln(p.out, toJSON(m.summary()))
	} else {
		m.print(p.out)
	}
	return m.verdict()
}

// connect connects all users, and returns the connections of the authenticated ones.
func (l *loadFlags) connect(ctx context.Context, c *config, m *measurement) []*zishang.Conn {
	var mu sync.Mutex
	var conns []*zishang.Conn
	var all sync.WaitGroup
	free := make(chan struct{}, l.concurrency)
	begun := time.Now()
	for n := 1; n <= l.users && ctx.Err() == nil; n++ {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		all.Go(func() {
			defer func() { <-free }()
			conn, took, err := connectUser(ctx, c, m, n)
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return // the user has stopped the command: the attempt says nothing about the server
			}
			m.add(took, err)
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				conns = append(conns, conn)
			}
		})
	}
	all.Wait()
	m.lasted(time.Since(begun))
	return conns
}

// connectUser connects one user. took is the time from the call for the first token to the session.
func connectUser(ctx context.Context, c *config, m *measurement, n int) (conn *zishang.Conn, took time.Duration, err error) {
	token := c.tokens.user(n)
	var started atomic.Pointer[time.Time]
	timed := func(ctx context.Context, cause client.Cause) (string, error) {
		text, err := token(ctx, cause)
		if err == nil {
			now := time.Now()
			started.CompareAndSwap(nil, &now)
		}
		return text, err
	}
	s, err := c.open(ctx, timed, watch{
		authenticated: func(s client.Session) {
			if s.Refreshed {
				m.renewals.Add(1)
			}
		},
		guest: func() { m.guests.Add(1) },
		disconnected: func(string) {
			if !m.ending.Load() {
				m.disconnects.Add(1)
			}
		},
	})
	if err != nil {
		return nil, 0, err
	}
	return s.conn, time.Since(*started.Load()), nil
}
