//go:build !js

package zishang

import (
	"fmt"
	"net/http"
	"net/url"
)

// The number of redirects that are followed, as net/http has it.
const mostRedirects = 10

// followRedirect is an http.Client's CheckRedirect. A request carries cookies and the
// token, in a header, the query or the body: none of them may go to another origin.
// net/http alone sends headers to subdomains, and the body and Referer anywhere.
func followRedirect(next *http.Request, before []*http.Request) error {
	first := before[0]
	status := StatusError(next.Response.StatusCode)
	switch {
	case originOf(next.URL) != originOf(first.URL):
		return redirectError(status, next.URL)
	case next.Method != first.Method:
		return fmt.Errorf("zishang: the server redirects a %s so that it becomes a %s; it has to use status 307 or 308: %w", first.Method, next.Method, status)
	case len(before) >= mostRedirects:
		return fmt.Errorf("zishang: the server redirects %d times; connect to the URL where that leads: %w", mostRedirects, status)
	}
	next.Header.Del("Referer") // holds the query, and so the token
	return nil
}

// redirectError is about a redirect that is not followed. to may be nil.
func redirectError(status StatusError, to *url.URL) error {
	where := "elsewhere"
	if to != nil {
		where = "to " + originOf(to)
	}
	return fmt.Errorf("zishang: the server redirects %s, where the token is not sent; connect to that URL if the token may go there: %w", where, status)
}
