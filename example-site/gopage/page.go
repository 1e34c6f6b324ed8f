//go:build js && wasm

package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hack-pad/safejs"
)

// page is the document that the visitor sees. It ignores most errors: an exception of the
// browser's leaves a part of the page unchanged and ends nothing.
type page struct {
	document safejs.Value
	origin   string
	search   string
}

func newPage() *page {
	p := &page{}
	global := safejs.Global()
	p.document, _ = global.Get("document")
	location, err := global.Get("location")
	if err == nil {
		p.origin = text(location, "origin")
		p.search = text(location, "search")
	}
	return p
}

func text(object safejs.Value, property string) string {
	value, err := object.Get(property)
	if err != nil {
		return ""
	}
	s, _ := value.String()
	return s
}

// settings are in the address; the form shows them.
func (p *page) settings() url.Values {
	given, _ := url.ParseQuery(strings.TrimPrefix(p.search, "?"))
	for name, otherwise := range map[string]string{"via": "event", "transport": "both", "kind": "good", "life": "30"} {
		if given.Get(name) == "" {
			given.Set(name, otherwise)
		}
		value := given.Get(name)
		if radio := p.find(fmt.Sprintf("input[name=%q][value=%q]", name, value)); radio.Truthy() {
			_ = radio.Set("checked", true)
		} else if choice := p.find(fmt.Sprintf("select[name=%q]", name)); choice.Truthy() {
			_ = choice.Set("value", value)
		}
	}
	return given
}

// element returns an element of the page, or an undefined value whose methods do nothing.
type element struct{ safejs.Value }

func (e element) Truthy() bool {
	yes, err := e.Value.Truthy()
	return err == nil && yes
}

func (p *page) find(selector string) element {
	found, _ := p.document.Call("querySelector", selector)
	return element{found}
}

func (p *page) write(id, what string) {
	if e := p.find("#" + id); e.Truthy() {
		_ = e.Set("textContent", what)
	}
}

// state shows the state of the session: a word and a sentence.
func (p *page) state(name, word, says string) {
	if heading := p.find("#state"); heading.Truthy() {
		_, _ = heading.Call("setAttribute", "data-state", name)
	}
	p.write("state-word", word)
	p.write("state-says", says)
}

func (p *page) answer(says string) { p.write("answer", says) }

// log adds a line above the others and keeps a hundred lines.
func (p *page) log(class, says string) {
	list := p.find("#log")
	line, err := p.document.Call("createElement", "li")
	if err != nil || !list.Truthy() {
		return
	}
	p.child(line, "time", "", time.Now().Format("15:04:05"))
	p.child(line, "span", class, says)
	_, _ = list.Call("prepend", line)
	if old := p.find("#log li:nth-child(101)"); old.Truthy() {
		_, _ = old.Call("remove")
	}
}

func (p *page) child(of safejs.Value, tag, class, says string) {
	child, err := p.document.Call("createElement", tag)
	if err != nil {
		return
	}
	_ = child.Set("textContent", says)
	_ = child.Set("className", class)
	_, _ = of.Call("append", child)
}

// click calls do on a goroutine of its own, as do may wait and the browser's callback must not.
func (p *page) click(id string, do func()) {
	button := p.find("#" + id)
	if !button.Truthy() {
		return
	}
	listener, err := safejs.FuncOf(func(safejs.Value, []safejs.Value) any {
		go do()
		return nil
	})
	if err == nil {
		_, _ = button.Call("addEventListener", "click", listener)
	}
}
