// Command example-site serves a small chat behind a login, which shows what socketio-jwt-wasm does: `make example`.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until ctx is over.
func run(ctx context.Context, args []string, env func(string) string, out io.Writer) error {
	flags := flag.NewFlagSet("example-site", flag.ContinueOnError)
	flags.SetOutput(out)
	port := flags.String("port", or(env("PORT"), "8080"), "port to listen on, 0 for any free one (also PORT)")
	host := flags.String("host", or(env("HOST"), "localhost"), "address to listen on; 0.0.0.0 lets other devices in (also HOST)")
	dist := flags.String("dist", "js/dist", "where `make dist` has put the library")
	goPage := flags.String("gopage", "build/gopage", "where the program of /go is built, when somebody asks for that page")
	web := flags.String("web", "", "serve the page from this folder instead of the built-in copy, to work on it")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if n, err := strconv.Atoi(*port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("PORT is %q: give a number from 0 to 65535", *port)
	}
	if _, err := os.Stat(*dist + "/index.js"); err != nil {
		return fmt.Errorf("the library is not in %s: run `make example`, or `make dist` first", *dist)
	}
	page := fs.FS(builtIn())
	if *web != "" {
		page = os.DirFS(*web)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(*host, *port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %s is taken: stop what uses it, or choose another, as in PORT=8081 make example", *port)
	}
	if err != nil {
		return fmt.Errorf("cannot listen on %s port %s: %w", *host, *port, err)
	}
	site, err := newSite(page, os.DirFS(*dist), *goPage)
	if err != nil {
		listener.Close()
		return err
	}
	fmt.Fprintf(out, "\n  %s\n\n  Ctrl-C stops it.\n", address(*host, listener.Addr()))
	return serve(ctx, listener, site)
}

// maxHeader is the most bytes of a request line and its headers: a token in the address, another in a header. Go's own
// limit is a megabyte.
const maxHeader = 48 << 10

// serve serves until ctx ends. Then it disconnects the sockets and lets requests under way finish.
func serve(ctx context.Context, listener net.Listener, site *site) error {
	server := &http.Server{Handler: site.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: maxHeader}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		site.close()
		return err
	case <-ctx.Done():
	}
	site.close()
	grace, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if server.Shutdown(grace) != nil {
		return server.Close() // a request does not end
	}
	return nil
}

// address returns the site's address for a browser.
func address(host string, at net.Addr) string {
	port := strconv.Itoa(at.(*net.TCPAddr).Port)
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return "http://" + net.JoinHostPort("localhost", port) + ", and from other devices by this machine's address, port " + port
	}
	return "http://" + net.JoinHostPort(host, port)
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
