//go:build !js

package zishang

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// proxyOf is the proxy for a request; nil is none.
func (n network) proxyOf(r *http.Request) (*url.URL, error) {
	if n.proxy != nil {
		return n.proxy(r)
	}
	return http.ProxyFromEnvironment(r)
}

// addressOf is where a proxy listens.
func addressOf(proxy *url.URL) string {
	port := proxy.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[proxy.Scheme]
	}
	return net.JoinHostPort(proxy.Hostname(), port)
}

// tunnel has an HTTP proxy, to which conn leads, connect to address. gorilla does that, too, but panics at an answer that
// has no reason phrase, does not tell the status, and knows no proxy that is reached by TLS.
func tunnel(ctx context.Context, conn net.Conn, proxy *url.URL, address string, config *tls.Config) (net.Conn, error) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	if proxy.Scheme == "https" {
		own := &tls.Config{}
		if config != nil {
			own = config.Clone()
		}
		if own.ServerName == "" {
			own.ServerName = proxy.Hostname()
		}
		conn = tls.Client(conn, own)
	}
	if err := openTunnel(conn, proxy.User, address); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// openTunnel has a proxy connect to address.
func openTunnel(conn net.Conn, user *url.Userinfo, address string) error {
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{}}
	if user != nil {
		password, _ := user.Password()
		request.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	if err := request.Write(conn); err != nil {
		return err
	}
	// The reader takes nothing of the server's, which is silent until it is spoken to.
	answer, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		return err
	}
	return proxyError(answer)
}

// proxyError is a proxy's no to CONNECT. It is not the server's, and so says nothing of the token.
func proxyError(answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return fmt.Errorf("zishang: the proxy does not connect to the server: %w", StatusError(answer.StatusCode))
}
