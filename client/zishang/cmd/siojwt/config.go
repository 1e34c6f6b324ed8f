//go:build !js

package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// config holds the flags that all commands have, and the options made of them.
type config struct {
	tokenFile, tokenEnv, tokenCommand string
	via, tokenName, scheme            string
	transports, path, cacert          string
	headers                           headerFlag
	insecure, retry, quiet, guest     bool
	timeout                           time.Duration

	// resolve sets these.
	url     string
	tokens  tokenSource
	ways    client.Via
	options *socket.Options
}

// headerName is what HTTP takes for the name of a header.
var headerName = regexp.MustCompile("^[-!#$%&'*+.^_`|~0-9A-Za-z]+$")

// headerFlag is a flag that may be given several times.
type headerFlag []string

func (h *headerFlag) String() string     { return "" }
func (h *headerFlag) Set(v string) error { *h = append(*h, v); return nil }

func (c *config) declare(f *flag.FlagSet, many bool) {
	file := "read the token from `FILE`, which has nothing else in it"
	if many {
		file = "read the tokens from `FILE`, one on a line"
	}
	f.StringVar(&c.tokenFile, "token-file", "", file)
	f.StringVar(&c.tokenEnv, "token-env", "", "read the token from the environment variable `NAME`")
	f.StringVar(&c.tokenCommand, "token-command", "", "run `COMMAND` by the shell and read the token from its standard output; SIOJWT_CAUSE\ntells it why: connect, reconnect, refresh or unauthorized")
	f.BoolVar(&c.guest, "guest", false, "connect without a token where there is none: no flag for one, an empty FILE or variable, or a\nCOMMAND that prints nothing; the server decides whether it lets the guest in")
	f.StringVar(&c.via, "via", "event", "how the token travels: `WAYS` of event, query, header and auth, separated by commas")
	f.StringVar(&c.tokenName, "token-name", "token", "the token's `KEY` for event, query and auth")
	f.StringVar(&c.scheme, "scheme", "", "the `WORD` before the token in header and auth, - for none (default Bearer for header, none for auth)")
	f.StringVar(&c.transports, "transports", "polling,websocket", "which transports to use, in this `ORDER`")
	f.StringVar(&c.path, "path", "/socket.io", "the `PATH` at which Socket.IO is on the server")
	f.Var(&c.headers, "header", "send this HTTP `HEADER` with each request, as 'Name: value'; may be given several times")
	f.StringVar(&c.cacert, "cacert", "", "trust the certificate authorities in `FILE`, in PEM form")
	f.BoolVar(&c.insecure, "insecure", false, "do not check the server's certificate")
	f.BoolVar(&c.retry, "retry", false, "go on after a first attempt that failed, until -timeout")
	f.BoolVar(&c.quiet, "q", false, "do not tell on standard error what happens to the session")
	f.DurationVar(&c.timeout, "timeout", 20*time.Second, "how long to wait for the session, and for an acknowledgement")
}

// parse reads flags, before and after the URL, and returns the other arguments.
func (c *config) parse(f *flag.FlagSet, args []string) (rest []string, err error) {
	if err := f.Parse(args); err != nil {
		return nil, flagError(f.Name(), err)
	}
	if f.NArg() == 0 {
		return nil, usagef("the URL is missing: siojwt %s [FLAGS] URL", f.Name())
	}
	c.url = f.Arg(0)
	if err := f.Parse(f.Args()[1:]); err != nil {
		return nil, flagError(f.Name(), err)
	}
	return f.Args(), nil
}

func flagError(command string, err error) error {
	switch {
	case errors.Is(err, flag.ErrHelp):
		return err
	case strings.HasSuffix(err.Error(), "not defined: -token"):
		return usagef("a token on the command line is shown to every user of this machine: use -token-file, -token-env or -token-command")
	}
	return usagef("%v; `siojwt help %s` lists the flags", err, command)
}

// resolve checks the flags and sets the options.
func (c *config) resolve(getenv func(string) string, many bool) (err error) {
	if c.ways, err = parseVia(c.via); err != nil {
		return err
	}
	if c.tokens, err = c.tokenSource(getenv, many); err != nil {
		return err
	}
	if c.timeout <= 0 {
		return usagef("-timeout has to be above 0, such as 20s")
	}
	c.options = socket.DefaultOptions()
	c.options.SetPath(c.path)
	header := http.Header{}
	for _, h := range c.headers {
		name, value, ok := strings.Cut(h, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		// The messages are without the header: it may be a secret.
		switch {
		case !ok || name == "":
			return usagef("a -header has to be 'Name: value'")
		case !headerName.MatchString(name):
			return usagef("a -header's name has to be of letters, digits and !#$%%&'*+-.^_`|~, without spaces")
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return usagef("a -header's value has a line break or another control character in it")
		}
		header.Add(name, value)
	}
	if len(header) > 0 {
		c.options.SetExtraHeaders(header)
	}
	if c.insecure || c.cacert != "" {
		trust, err := c.trust()
		if err != nil {
			return err
		}
		c.options.SetTLSClientConfig(trust)
	}
	return nil
}

func (c *config) trust() (*tls.Config, error) {
	trust := &tls.Config{InsecureSkipVerify: c.insecure}
	if c.cacert == "" {
		return trust, nil
	}
	pem, err := os.ReadFile(c.cacert)
	if err != nil {
		return nil, usagef("-cacert: %v", err)
	}
	trust.RootCAs = x509.NewCertPool()
	if !trust.RootCAs.AppendCertsFromPEM(pem) {
		return nil, usagef("-cacert: there is no certificate in %s; it has to be in PEM form (-----BEGIN CERTIFICATE-----)", c.cacert)
	}
	return trust, nil
}

func parseVia(text string) (via client.Via, err error) {
	known := map[string]client.Via{
		"event": client.ViaEvent, "query": client.ViaQuery, "header": client.ViaHeader, "auth": client.ViaAuth,
	}
	for name := range strings.SplitSeq(text, ",") {
		way, ok := known[strings.TrimSpace(name)]
		if !ok {
			return 0, usagef("-via %s: there is no way %q; use event, query, header or auth", text, name)
		}
		via |= way
	}
	return via, nil
}

// client returns the options for the session of one user.
func (c *config) client(token client.TokenFunc) client.Options {
	return client.Options{Token: token, Via: c.ways, TokenName: c.tokenName, Scheme: c.scheme, TokenTimeout: commandTimeout, Guest: c.guest}
}

// connection returns the options for a connection.
func (c *config) connection() []zishang.Option {
	var order []string
	for name := range strings.SplitSeq(c.transports, ",") {
		order = append(order, strings.TrimSpace(name))
	}
	return []zishang.Option{zishang.WithOptions(c.options), zishang.WithTransports(order...)}
}

// plural returns n and the noun in its number.
func plural(n int, thing string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", thing)
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
