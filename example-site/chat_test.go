package main

import (
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/gorilla/websocket"
)

const patience = 20 * time.Second

// caller is a visitor's socket, over a bare WebSocket.
type caller struct {
	t   *testing.T
	ws  *websocket.Conn
	nsp string
}

// call connects to a namespace; query and header carry the token.
func (v *visitor) call(nsp, query string, header http.Header) *caller {
	v.t.Helper()
	at, err := url.Parse(v.url)
	if err != nil {
		v.t.Fatal(err)
	}
	if header == nil {
		header = http.Header{}
	}
	for _, cookie := range v.client.Jar.Cookies(at) {
		header.Add("Cookie", cookie.String())
	}
	ws, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(v.url, "http")+"/socket.io/?EIO=4&transport=websocket&tab=mine&"+query, header)
	if err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() { ws.Close() })
	c := &caller{v.t, ws, nsp}
	c.hear("0{")
	c.say("40" + nsp + ",")
	return c
}

func (c *caller) say(packet string) {
	c.t.Helper()
	if err := c.ws.WriteMessage(websocket.TextMessage, []byte(packet)); err != nil {
		c.t.Fatal(err)
	}
}

// hear waits for a packet that has all the parts, and skips others.
func (c *caller) hear(parts ...string) string {
	c.t.Helper()
	_ = c.ws.SetReadDeadline(time.Now().Add(patience))
	for {
		_, packet, err := c.ws.ReadMessage()
		if err != nil {
			c.t.Fatalf("waiting for %q: %v", parts, err)
		}
		all := true
		for _, part := range parts {
			all = all && strings.Contains(string(packet), part)
		}
		if all {
			return string(packet)
		}
	}
}

func (c *caller) emit(ack, body string) { c.t.Helper(); c.say("42" + c.nsp + "," + ack + body) }

// through connects a visitor to one of the namespaces.
func (v *visitor) through(via string) *caller {
	v.t.Helper()
	_, token := v.token("good", 60)
	switch via {
	case "query":
		c := v.call("/handshake", "token="+token, nil)
		c.hear("40/handshake,", "sid")
		return c
	case "header":
		c := v.call("/header", "", http.Header{"Authorization": {"Bearer " + token}})
		c.hear("40/header,", "sid")
		return c
	}
	c := v.call("/event", "", nil)
	c.hear("40/event,", "sid")
	c.emit("", `["authenticate",{"token":"`+token+`"}]`)
	c.hear(`["authenticated"]`)
	return c
}

func TestRoomsAreSharedThroughAllDoors(t *testing.T) {
	v := visit(t)
	v.signIn("Ada", "/")
	var callers []*caller
	for _, via := range []string{"event", "query", "header"} {
		c := v.through(via)
		c.emit("1", `["join",{"room":"general"}]`)
		c.hear("43"+c.nsp+",1[", `"people":["Ada"]`, `"room":"general"`) // once, however many tabs
		callers = append(callers, c)
	}
	for i, via := range []string{"event", "query", "header"} {
		callers[i].emit("2", `["message",{"room":"general","text":"by `+via+`"}]`)
		for _, c := range callers {
			c.hear(`["message",`, `"text":"by `+via+`"`, `"via":"`+via+`"`, `"name":"Ada"`)
		}
	}
	other := v.through("event")
	other.emit("3", `["join",{"room":"general"}]`)
	other.hear("43/event,3[", "by event", "by query", "by header")
}

func TestMessagesAreChecked(t *testing.T) {
	v := visit(t)
	v.signIn("Ada", "/")
	c := v.through("query")
	for i, row := range []struct{ body, says string }{
		{`["message",{"room":"general","text":"  "}]`, "a message has"},
		{`["message",{"room":"general","text":"` + strings.Repeat("x", maxText+1) + `"}]`, "a message has"},
		{`["message",{"room":"cellar","text":"hello"}]`, "no such room"},
		{`["message"]`, "a message has"},
		{`["join",{"room":7}]`, "no such room"},
		{`["join",null]`, "no such room"},
	} {
		ack := string(rune('1' + i))
		c.emit(ack, row.body)
		c.hear("43/handshake,"+ack+"[", row.says)
	}
}

func TestAnEndedSessionIsHungUpOnAndRefused(t *testing.T) {
	v := visit(t)
	v.signIn("Ada", "/")
	_, token := v.token("good", 60)
	c := v.through("event")
	c.emit("1", `["join",{"room":"general"}]`)
	c.hear("43/event,1[") // the chat knows the socket now: it learns of it a moment after the client gets "authenticated"
	var who *session
	for _, who = range v.site.sessions.byID {
	}
	if res, _ := v.send("DELETE", "/api/session", ""); res.StatusCode != http.StatusNoContent {
		t.Fatal(res.Status)
	}
	c.hear("41/event")
	v.call("/handshake", "token="+token, nil).hear("44/handshake,", `"code":"session_ended"`)

	var story []string
	for _, s := range toldUntil(t, who.feed, "closed") {
		story = append(story, s.Kind)
	}
	_, _, over := who.feed.since("mine", 0)
	if got := strings.Join(story, " "); got != "connected authenticated closed" || !over {
		t.Errorf("the tab was told of %q, over: %t", got, over)
	}
}

// inGeneral is a visitor who is in a room of the chat.
func inGeneral(t *testing.T) (*visitor, *caller) {
	t.Helper()
	v := visit(t)
	v.signIn("Ada", "/")
	c := v.through("event")
	c.emit("1", `["join",{"room":"general"}]`)
	c.hear("43/event,1[")
	return v, c
}

// A session that ends between the chat's two checks leaves no socket open.
func TestALogoutWhileTheChatWelcomesHangsUp(t *testing.T) {
	v, c := inGeneral(t)
	chat := v.site.chat
	var theirs *guest
	for _, theirs = range chat.guests {
	}
	chat.leave(theirs.socket) // as if it had not been welcomed yet

	chat.mu.Lock()
	welcomed := make(chan struct{})
	go func() {
		defer close(welcomed)
		chat.welcome(theirs.socket, "/event")
	}()
	for deadline := time.Now().Add(patience); !waitsIn("(*chat).welcome"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the chat does not look for the guest")
		}
	}
	v.site.sessions.end(theirs.who) // the chat has no guest of this session to disconnect
	chat.mu.Unlock()
	<-welcomed
	c.hear("41/event")
	chat.mu.Lock()
	defer chat.mu.Unlock()
	if len(chat.guests) != 0 {
		t.Errorf("%d guests are left", len(chat.guests))
	}
}

// waitsIn reports whether a goroutine waits for a mutex in a function.
func waitsIn(function string) bool {
	buffer := make([]byte, 1<<20)
	for _, stack := range strings.Split(string(buffer[:runtime.Stack(buffer, true)]), "\n\n") {
		if strings.Contains(stack, function) && strings.Contains(stack, "sync.(*Mutex).Lock") {
			return true
		}
	}
	return false
}

// The sockets of an expired session are closed like those of one that was ended.
func TestAnOldSessionIsHungUpOn(t *testing.T) {
	v, c := inGeneral(t)
	var who *session
	for _, who = range v.site.sessions.byID {
	}
	who.over.Reset(0)
	c.hear("41/event")
	if res, _ := v.token("good", 60); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a token after the session: %s", res.Status)
	}
}

// A visitor cannot use a token of another session, live or ended.
func TestATokenBelongsToItsSession(t *testing.T) {
	for name, end := range map[string]func(ada *visitor){
		"its session has ended": func(ada *visitor) { ada.send("DELETE", "/api/session", "") },
		"its session lives":     func(*visitor) {},
	} {
		t.Run(name, func(t *testing.T) {
			ada := visit(t)
			ada.signIn("Ada", "/")
			_, token := ada.token("good", 60)
			end(ada)
			eve := ada.another()
			eve.signIn("Eve", "/")
			refusal := `"code":"another_session"`
			eve.call("/handshake", "token="+token, nil).hear("44/handshake,", refusal)
			eve.call("/header", "", http.Header{"Authorization": {"Bearer " + token}}).hear("44/header,", refusal)
			c := eve.call("/event", "", nil)
			c.hear("40/event,", "sid")
			c.emit("", `["authenticate",{"token":"`+token+`"}]`)
			c.hear(`"unauthorized"`, refusal)

			// The same holds for a socket that is authenticated with its own token.
			renewed := eve.through("event")
			renewed.emit("", `["authenticate",{"token":"`+token+`"}]`)
			renewed.hear(`"unauthorized"`, refusal)
		})
	}
}

// A token has no part of the cookie: logs and other users may see its subject.
func TestATokenTellsNothingOfTheCookie(t *testing.T) {
	v := visit(t)
	v.signIn("Ada", "/")
	_, token := v.token("good", 60)
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		t.Fatal(err)
	}
	for _, who := range v.site.sessions.byID {
		if subject, _ := claims.GetSubject(); subject == "" || strings.Contains(who.id, subject) {
			t.Error("the subject is a part of the session's id")
		}
	}
}

func TestALargePacketEndsTheConnection(t *testing.T) {
	v := visit(t)
	v.signIn("Ada", "/")
	c := v.call("/event", "", nil)
	c.hear("40/event,", "sid")
	c.emit("", `["authenticate",{"token":"`+strings.Repeat(".", maxPacket)+`"}]`)
	_ = c.ws.SetReadDeadline(time.Now().Add(patience))
	if _, packet, err := c.ws.ReadMessage(); err == nil || os.IsTimeout(err) {
		t.Errorf("a packet of more than %d bytes is answered with %.80q, %v", maxPacket, packet, err)
	}
}

func TestTheFeedTellsOfARefusal(t *testing.T) {
	v := visit(t)
	v.signIn("Ada", "/")
	c := v.call("/event", "", nil)
	c.hear("40/event,")
	_, forged := v.token("forged", 60)
	c.emit("", `["authenticate",{"token":"`+forged+`"}]`)
	packet := c.hear(`"unauthorized"`, "invalid signature")
	id, _, _ := strings.Cut(strings.TrimPrefix(packet, "42/event,"), "[")
	c.say("43/event," + id + "[]")
	c.hear("41/event")
	for _, who := range v.site.sessions.byID {
		var story []string
		for _, s := range toldUntil(t, who.feed, "closed") {
			story = append(story, strings.TrimSpace(s.Kind+" "+s.Code+s.Why))
			if strings.Contains(s.Message+s.Why+s.Code, forged) {
				t.Error("a token is told")
			}
		}
		if got := strings.Join(story, ", "); got != "connected, refused invalid_token, acknowledged, hungup acknowledgement, closed server namespace disconnect" {
			t.Errorf("told: %s", got)
		}
	}
}

// toldUntil reads the feed up to a kind: the packet that closes a socket leaves before the server reports the end.
func toldUntil(t *testing.T, f *feed, kind string) []sight {
	t.Helper()
	deadline := time.After(patience)
	for {
		news, more, _ := f.since("mine", 0)
		if len(news) > 0 && news[len(news)-1].Kind == kind {
			return news
		}
		select {
		case <-more:
		case <-deadline:
			return news
		}
	}
}
