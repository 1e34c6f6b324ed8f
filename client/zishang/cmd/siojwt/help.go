//go:build !js

package main

import (
	"flag"
	"fmt"
	"io"
)

func printUsage(w io.Writer) {
	fmt.Fprint(w, `siojwt talks to a Socket.IO server (3.x, 4.x) that wants a JSON Web Token.

usage: siojwt COMMAND [FLAGS] URL …

`)
	for _, c := range commands {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.does)
	}
	fmt.Fprint(w, `
The path of the URL is the namespace: https://api.example.com/chat is /chat.

The token comes from -token-file, -token-env or -token-command, and from the environment
variable SIOJWT_TOKEN where none of the three is given. It is never printed. A file is
read again, and a command run again, whenever a token is needed: before this one expires,
when the connection is lost, and once more when the server refuses it. Where there is none,
-guest connects without one.

`+"`siojwt help COMMAND`"+` lists the flags of a command.

exit status: 0 done; 1 failed; 2 wrong command line; 3 the server refused the token
`)
}

func printHelp(w io.Writer, c command, flags *flag.FlagSet) {
	fmt.Fprintf(w, "usage: siojwt %s [FLAGS] %s\n\n%s\n", c.name, c.arguments, details[c.name])
	fmt.Fprint(w, "\nflags:\n")
	flags.SetOutput(w)
	flags.PrintDefaults()
}

// details is the help of each command, printed before its flags.
var details = map[string]string{
	"connect": `Connects and stays authenticated until Ctrl-C or the end of the input. What the server
emits is printed as lines of JSON: ["message",{"text":"hi"}]. Each line of the input is
an event to emit, in the same form or as a name and its arguments: message {"text":"hi"}.
What happens to the session is told on standard error.`,
	"listen": `Stays authenticated and prints the server's events, or those that are named, as lines
of JSON: ["message",{"text":"hi"}]. Binary data is {"base64":"…"}.`,
	"emit": `Emits one event and leaves. An ARGUMENT is JSON, or text where it is no JSON. With -ack
the server's acknowledgement is printed, as a JSON array.`,
	"load": `Connects a number of users, each over a connection of its own, and prints how many were
authenticated and how long that took: from the moment when the user has a token to the
server's yes. Each user has its own token: line n of -token-file, or what -token-command
prints when SIOJWT_USER is n (from 1 on). -token-env gives all of them the same one.`,
}
