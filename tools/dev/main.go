//go:build !js

// Command dev is `make dev`: it builds the scripts unminified into build/dev, serves the example site with them, and when a
// source file is saved it builds again and the open pages reload.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// The pages load this build. It has its own folder, so that js/dist stays what ships.
const dist = "build/dev"

// sources are the watched folders: the sources of the scripts, and the example's pages and server.
var sources = []string{"js/src", "js/package.json", "wasm", "internal/bridge", "internal/core", "internal/engineio", "internal/socketio", "client/lifecycle", "example-site"}

func main() {
	port := flag.String("port", "8080", "port to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *port); err != nil {
		fmt.Fprintln(os.Stderr, "make dev:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, port string) error {
	listener, err := net.Listen("tcp", net.JoinHostPort("localhost", port))
	if err != nil {
		return fmt.Errorf("cannot listen on port %s, choose another as in PORT=8081 make dev: %w", port, err)
	}
	defer listener.Close()
	if err := build(ctx); err != nil {
		return err
	}
	site := &example{}
	if err := site.run(ctx); err != nil {
		return err
	}
	defer site.stop()

	front := newFront(site.address)
	server := &http.Server{Handler: front, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // until Close
	defer server.Close()
	fmt.Printf("\n  http://%s\n\n  Save a file and the page reloads. Ctrl-C stops it.\n", listener.Addr())

	for changed := range watch(ctx, sources, 300*time.Millisecond) {
		fmt.Println(changed, "has changed")
		if err := rebuild(ctx, site); err != nil {
			fmt.Println(err) // the build has printed its errors; the pages stay as they are
			continue
		}
		front.changed()
	}
	return nil
}

// rebuild builds what depends on a source that has changed. A server that cannot be built leaves the one before running.
func rebuild(ctx context.Context, site *example) error {
	if err := build(ctx); err != nil {
		return err
	}
	return site.run(ctx)
}

// build makes the scripts, not minified, with their source maps.
func build(ctx context.Context) error {
	return command(ctx, "make", "--no-print-directory", "--silent", "DIST="+dist, "MINIFY=", dist+"/index.js", dist+"/socketio-jwt.min.js", dist+"/index.d.ts").Run()
}

func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}
