package lifecycle

// Said is a server's no in its own words: what an `unauthorized` event, a
// CONNECT_ERROR, or the HTTP response to a handshake carries. Any field may be empty.
type Said struct {
	Type    string // `type` or `name` of the error
	Code    string // its `code`; a number as text
	Message string // several messages are separated by a line break
	Status  int    // of the HTTP response, whose body's `message` is Message; 0: there was none
}

// Recognise is the reason of a no to the token, and 0 for a no that is about
// something else, or that nobody can know: that is the option `classify`'s to say.
// tokenOver says that the refused token's exp has passed, which is all there is to
// tell an expired token by on servers that call everything invalid_token.
//
// The strongest word counts, whichever field it is in: expired, missing, unclear,
// invalid. The words are in words.go, and docs/lifecycle.md lists them for users.
func Recognise(s Said, tokenOver bool) Reason {
	if s.Status >= 500 {
		return 0 // the server, or one behind it, has failed: that passes
	}
	for i := range strongest {
		if strongest[i].words.in(&s) {
			return strongest[i].reason
		}
	}
	switch {
	case unclear.in(&s), s.refusesHandshake():
		if tokenOver {
			return ReasonExpired
		}
		return ReasonInvalid
	case invalid.in(&s):
		return ReasonInvalid
	}
	return 0
}

// OfToken tells whether r is a no to the token: by its words, or because `classify`
// says so.
func (r *Refusal) OfToken() bool {
	return r.Reason.Fatal() || Recognise(r.said(), false) != 0
}

func (r *Refusal) said() Said { return Said{r.Type, r.Code, r.Message, r.Status} }

// refusesHandshake tells whether the HTTP response is a no to the token that the
// handshake carried: 401 (RFC 6750, section 3), or 403 with a message of the
// application's own, which it gave to `allowRequest`. "Forbidden" is what Engine.IO
// says without one, and a proxy's page has no message.
func (s *Said) refusesHandshake() bool {
	return s.Status == 401 || s.Status == 403 && s.Message != "" && !equal(s.Message, "forbidden")
}

// in tells whether one of the words is in what the server said.
func (w *words) in(s *Said) bool {
	// A message says what it has to say at its beginning.
	message := s.Message[:min(len(s.Message), 1_024)]
	for name, rest := w.names.cut(); name != ""; name, rest = rest.cut() {
		if named(s.Code, name) || named(s.Type, name) || lineNamed(message, name) {
			return true
		}
	}
	for phrase, rest := w.phrases.cut(); phrase != ""; phrase, rest = rest.cut() {
		if says(message, phrase, false) {
			return true
		}
	}
	for clause, rest := w.clauses.cut(); clause != ""; clause, rest = rest.cut() {
		if says(message, clause, true) {
			return true
		}
	}
	return false
}

// cut is the first word of a list and the rest; "" when there is no more.
func (l list) cut() (word string, rest list) {
	for i := 0; i < len(l); i++ {
		if l[i] == '|' {
			return string(l[:i]), l[i+1:]
		}
	}
	return string(l), ""
}

// named tells whether s is name, in whatever way it is spelled: TOKEN_EXPIRED,
// token-expired and TokenExpired are tokenexpired, and so is ERR_TOKEN_EXPIRED.
func named(s, name string) bool {
	return spelled(s, name) || len(s) > 3 && equal(s[:3], "err") && spelled(s[3:], name)
}

// lineNamed tells whether one of the messages, or what stands before or after a colon
// in it, is nothing but a name: programs give a code as the message, or begin it with
// one ("AUTH_MISSING: sign in first"), and servers 2.x send a middleware's data alone.
func lineNamed(messages, name string) bool {
	start := 0
	for i := 0; i <= len(messages); i++ {
		if i == len(messages) || messages[i] == '\n' || messages[i] == ':' {
			if named(messages[start:i], name) {
				return true
			}
			start = i + 1
		}
	}
	return false
}

func spelled(s, name string) bool {
	n := 0
	for i := 0; i < len(s); i++ {
		if !inWord(s[i]) || s[i] == '_' {
			continue
		}
		if n == len(name) || lower(s[i]) != name[n] {
			return false
		}
		n++
	}
	return n == len(name)
}

// says tells whether phrase stands in s, as whole words; a clause has to stand alone
// between punctuation or fillers.
func says(s, phrase string, clause bool) bool {
	for i := 0; i+len(phrase) <= len(s); i++ {
		if lower(s[i]) != phrase[0] || !equal(s[i:i+len(phrase)], phrase) {
			continue
		}
		before, after := s[:i], s[i+len(phrase):]
		switch {
		case inWord(phrase[0]) && before != "" && inWord(before[len(before)-1]):
		case inWord(phrase[len(phrase)-1]) && after != "" && inWord(after[0]):
		case !clause, begins(before) && ends(after):
			return true
		}
	}
	return false
}

// begins tells whether a clause can begin after s.
func begins(s string) bool {
	for {
		s = trimRight(s)
		start := len(s)
		for start > 0 && inWord(s[start-1]) {
			start--
		}
		if start == len(s) {
			// At the beginning, or after punctuation; a slash stands for "or".
			return s == "" || s[start-1] != '/'
		}
		if !oneOf(fillersBefore, s[start:]) {
			return false
		}
		s = s[:start]
	}
}

// ends tells whether a clause can end before s.
func ends(s string) bool {
	for s != "" && s[0] == ' ' {
		s = s[1:]
	}
	end := 0
	for end < len(s) && inWord(s[end]) {
		end++
	}
	return end == 0 || oneOf(fillersAfter, s[:end])
}

func trimRight(s string) string {
	for s != "" && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}

func oneOf(words list, s string) bool {
	for w, rest := words.cut(); w != ""; w, rest = rest.cut() {
		if equal(s, w) {
			return true
		}
	}
	return false
}

// equal tells whether s in small letters is want.
func equal(s, want string) bool {
	if len(s) != len(want) {
		return false
	}
	for i := 0; i < len(s); i++ {
		if lower(s[i]) != want[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// inWord tells letters, digits and the underscore from punctuation.
func inWord(c byte) bool {
	l := lower(c)
	return 'a' <= l && l <= 'z' || '0' <= c && c <= '9' || c == '_'
}
