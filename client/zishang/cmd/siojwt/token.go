//go:build !js

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// commandTimeout is how long a token command may run.
const commandTimeout = 30 * time.Second

// tokenVariable is the environment variable that is read if no flag names a source of tokens.
const tokenVariable = "SIOJWT_TOKEN"

// tokenSource gives each user, from 1 on, a function for its tokens.
type tokenSource struct {
	user  func(n int) client.TokenFunc
	users int // the number of users with tokens; 0 means any number
}

func (c *config) tokenSource(getenv func(string) string, many bool) (tokenSource, error) {
	given := 0
	for _, flag := range []string{c.tokenFile, c.tokenEnv, c.tokenCommand} {
		if flag != "" {
			given++
		}
	}
	if given == 0 && getenv(tokenVariable) != "" {
		c.tokenEnv = tokenVariable
		given = 1
	}
	switch {
	case given == 0 && c.guest:
		return tokenSource{user: func(int) client.TokenFunc { return client.StaticToken("") }}, nil
	case given == 0:
		return tokenSource{}, usagef("there is no token: give -token-file FILE, -token-env NAME or -token-command COMMAND, set %s, or connect as a -guest", tokenVariable)
	case given > 1:
		return tokenSource{}, usagef("give one of -token-file, -token-env and -token-command, not %d", given)
	case c.tokenCommand != "":
		return tokenSource{user: func(n int) client.TokenFunc { return c.fromCommand(n) }}, nil
	case c.tokenEnv != "":
		token, err := c.oneToken("the environment variable "+c.tokenEnv, getenv(c.tokenEnv))
		if err != nil {
			return tokenSource{}, usageError{err}
		}
		return tokenSource{user: func(int) client.TokenFunc { return client.StaticToken(token) }}, nil
	case many:
		return c.fromLines()
	}
	if _, err := c.readToken(); err != nil {
		return tokenSource{}, usageError{err}
	}
	return tokenSource{user: func(int) client.TokenFunc {
		return func(context.Context, client.Cause) (string, error) { return c.readToken() }
	}}, nil
}

// readToken reads a file with one token.
func (c *config) readToken() (string, error) {
	text, err := os.ReadFile(c.tokenFile)
	if err != nil {
		return "", fmt.Errorf("the token file: %w", err)
	}
	return c.oneToken("the token file "+c.tokenFile, string(text))
}

// oneToken returns the token in a text, which may end in a line break; "" is a guest's.
// source names the text in an error; the error quotes nothing of the text.
func (c *config) oneToken(source, text string) (string, error) {
	token := strings.TrimSpace(text)
	switch {
	case token == "" && c.guest:
		return "", nil
	case token == "":
		return "", fmt.Errorf("%s is empty: it has to hold a token; -guest connects without one", source)
	case strings.ContainsAny(token, "\r\n"):
		return "", fmt.Errorf("%s has %d lines: it has to hold one token, and nothing else", source, strings.Count(token, "\n")+1)
	case strings.ContainsAny(token, " \t"):
		return "", fmt.Errorf("%s has a space in it: leave out the scheme (-scheme Bearer puts one before the token) and whatever else is no token", source)
	}
	return token, nil
}

// fromLines reads a file with one token per line. It skips empty lines.
func (c *config) fromLines() (tokenSource, error) {
	file := c.tokenFile
	text, err := os.ReadFile(file)
	if err != nil {
		return tokenSource{}, usagef("the token file: %w", err)
	}
	var tokens []string
	for n, line := range strings.Split(string(text), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		token, err := c.oneToken(fmt.Sprintf("line %d of the token file %s", n+1, file), line)
		if err != nil {
			return tokenSource{}, usageError{err}
		}
		tokens = append(tokens, token)
	}
	if len(tokens) == 0 {
		return tokenSource{}, usagef("the token file %s is empty: it has to hold one token on a line", file)
	}
	return tokenSource{
		user:  func(n int) client.TokenFunc { return client.StaticToken(tokens[n-1]) },
		users: len(tokens),
	}, nil
}

// fromCommand runs the token command for each token that user n needs.
func (c *config) fromCommand(n int) client.TokenFunc {
	return func(ctx context.Context, cause client.Cause) (string, error) {
		shell, flag := "sh", "-c"
		if runtime.GOOS == "windows" {
			shell, flag = "cmd", "/C"
		}
		run := exec.CommandContext(ctx, shell, flag, c.tokenCommand)
		run.Env = append(os.Environ(), "SIOJWT_CAUSE="+cause.String(), "SIOJWT_USER="+strconv.Itoa(n))
		run.WaitDelay = time.Second // a process that the shell has started may keep the output open
		var says bytes.Buffer
		run.Stderr = &says
		out, err := run.Output()
		switch {
		case ctx.Err() != nil:
			return "", fmt.Errorf("the token command was stopped: %w", context.Cause(ctx))
		case errors.Is(err, exec.ErrNotFound):
			return "", fmt.Errorf("the token command needs a shell: %w", err)
		case err != nil:
			return "", fmt.Errorf("the token command failed: %w%s", err, lastLine(says.String()))
		}
		return c.oneToken("the output of the token command", string(out))
	}
}

// lastLine returns the last line of a command's standard error, for an error message.
func lastLine(says string) string {
	says = strings.TrimSpace(says)
	says = says[strings.LastIndexByte(says, '\n')+1:]
	if says == "" {
		return ""
	}
	if len(says) > 200 {
		says = says[:200] + "…"
	}
	return ": " + redact(says)
}

// tokenText matches a JSON Web Token: three parts, the first of which is an object in
// base64url.
var tokenText = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?`)

// redact cuts tokens out of a text of a server or command.
func redact(text string) string { return tokenText.ReplaceAllString(text, "[token]") }
