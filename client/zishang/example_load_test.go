//go:build !js

package zishang_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// crowd is a number of sockets, each of which stays authenticated.
type crowd struct {
	address  string
	size     int
	together int // that connect at the same time
	token    client.TokenFunc
}

// arrive connects them all and tells how long each took to be authenticated.
func (c crowd) arrive(ctx context.Context) (conns []*zishang.Conn, took []time.Duration, err error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	seats := make(chan struct{}, c.together)
	for range c.size {
		seats <- struct{}{}
		all.Go(func() {
			defer func() { <-seats }()
			start := time.Now()
			conn, failure := zishang.Connect(ctx, c.address, client.Options{Token: c.token}, zishang.WithTransports(zishang.WebSocket))
			if failure == nil {
				_, failure = conn.Wait(ctx)
			}
			mu.Lock()
			defer mu.Unlock()
			if failure != nil {
				err = failure
			}
			if conn != nil {
				conns = append(conns, conn)
			}
			took = append(took, time.Since(start))
		})
	}
	all.Wait()
	return conns, took, err
}

// memory is what this process has in use.
func memory() uint64 {
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return now.HeapInuse + now.StackInuse
}

// A load test: how fast a server takes in a thousand sockets, and what each costs
// the client. The figures are the machine's, and go to standard error.
func Example_load() {
	ctx, address, stop := exampleServer("event")
	defer stop()

	before, start := memory(), time.Now()
	c := crowd{address: address, size: 1000, together: 32, token: client.StaticToken(sign(time.Hour))}
	conns, took, err := c.arrive(ctx)
	elapsed := time.Since(start)
	if err != nil {
		fmt.Println(err)
	}
	held := 0
	for _, conn := range conns {
		if conn.Authenticated() {
			held++
		}
	}
	fmt.Println(held, "sockets are authenticated")

	slices.Sort(took)
	measured := "load"
	if raceDetector() {
		measured = "load, slowed down by the race detector"
	}
	fmt.Fprintf(os.Stderr, measured+": %.0f connects per second; to authenticated p50 %v, p99 %v; %d KB and %d goroutines per socket\n",
		float64(c.size)/elapsed.Seconds(), took[c.size/2].Round(time.Millisecond), took[c.size*99/100].Round(time.Millisecond),
		(memory()-before)/uint64(c.size)/1024, runtime.NumGoroutine()/c.size)

	var all sync.WaitGroup
	for _, conn := range conns {
		all.Go(func() { _ = conn.Close() })
	}
	all.Wait()
	// Output: 1000 sockets are authenticated
}
