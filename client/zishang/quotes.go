package zishang

import (
	"errors"
	"net/url"
	"strings"

	"github.com/zishang520/socket.io/v3/pkg/types"
)

// shortestQuote is the length of the shortest token that is cut out of what a server says.
// A shorter one is no secret, but for all we know a word of the message: malformed, undefined.
const shortestQuote = 10

// quotes replaces the tokens where a server quotes them, as some do that refuse one.
func (p *tokenTable) quotes() *strings.Replacer {
	var pairs []string
	for _, known := range p.entries {
		for _, text := range append(strings.Fields(known.text), known.text) {
			if len(text) >= shortestQuote {
				pairs = append(pairs, text, "…", url.QueryEscape(text), "…", url.PathEscape(text), "…")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// withoutTokens is a copy of what a server said, as JSON is decoded, without the tokens
// that it quotes. What is neither text, list nor object stays what it is.
func withoutTokens(said any, quotes *strings.Replacer) any {
	switch v := said.(type) {
	case string:
		return quotes.Replace(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = withoutTokens(v[i], quotes)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range v {
			object[quotes.Replace(key)] = withoutTokens(v[key], quotes)
		}
		return object
	}
	return said
}

// withoutTokens is a copy of r that quotes no token.
func (r *refusal) withoutTokens(quotes *strings.Replacer) *refusal {
	bare := *r
	for _, text := range []*string{&bare.typ, &bare.code, &bare.message, &bare.messages} {
		*text = quotes.Replace(*text)
	}
	bare.data = withoutTokens(r.data, quotes)
	return &bare
}

// errorWithoutTokens is err, or in its place one that quotes no token and wraps nothing that does: a server's refusal, or
// net/http's words about an answer that it cannot read.
func errorWithoutTokens(err error, quotes *strings.Replacer) error {
	var extended *types.ExtendedError
	if errors.As(err, &extended) {
		return types.NewExtendedError(quotes.Replace(extended.Message), withoutTokens(extended.Data, quotes))
	}
	if bare := quotes.Replace(err.Error()); bare != err.Error() {
		return errors.New(bare)
	}
	return err
}
