package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// typeScript is bridge.gen.ts: enumerations, names, the operations' and the effects'
// arguments, and where in the shared memory what stands.
func (l *list) typeScript() []byte {
	w := &typeScriptWriter{}
	w.p("/**\n * What the core is told and asked for, and what it wants done: generated from internal/core.\n *\n")
	w.p(" * To change it, change internal/core and run `go generate ./internal/bridge`.\n */\n\n")

	w.section("The shared memory")
	most := 0
	for _, c := range l.operations {
		most = max(most, len(c.arguments))
	}
	w.enum(enum{"Memory", "The shared memory: an operation's arguments (float64), then words (int32), then units of text (uint16).", []constantDoc{
		{"Arguments", "How many arguments.", int64(most)},
		{"Words", "How many words.", int64(len(l.words))},
		{"Units", "How many units.", l.units},
	}})
	w.enum(enum{"Word", "The words: what belongs to an answer of rx, and an operation's answer.", l.words})

	w.section("Enumerations, and their names")
	for _, e := range l.enums {
		w.enum(e)
	}
	for _, t := range l.tables {
		w.p("/** %s */\nexport const %s = [%s] as const;\n", t.doc, t.name, quoted(t.names))
	}
	w.p("\n")

	w.section("Generations of servers")
	w.generations(l.traits)

	w.section("Operations: what the core is told by control()")
	op := enum{name: "Op"}
	for i, c := range l.operations {
		op.constants = append(op.constants, constantDoc{name: c.name, value: int64(i)})
	}
	w.enum(op)
	w.p("/** ms; undefined is 0. */\nexport type Ms = number | undefined;\n\n")
	for _, g := range groupsOf(l.operations) {
		w.p("export type %s = [%s];\n\n", g.fields(), labelled(g.arguments, operand))
	}
	w.p("/** The operations' arguments. */\nexport interface Ops {\n")
	for _, c := range l.operations {
		w.doc("  ", strings.TrimPrefix(c.doc, c.name+": "))
		w.p("  [Op.%s]: [%s];\n", c.name, labelled(c.arguments, operand))
	}
	w.p("}\n\n")

	w.section("Effects: what the core wants done")
	do := enum{name: "Do"}
	for i, e := range l.effects {
		do.constants = append(do.constants, constantDoc{name: e.name, value: int64(i)})
	}
	w.enum(do)
	w.p("/** false or true. */\nexport type Flag = 0 | 1;\n\n")
	for _, e := range l.effects {
		for _, g := range groupsOf(e.members) {
			w.object(g)
		}
	}
	for _, e := range l.effects {
		if e.members == nil {
			continue
		}
		members := enum{name: e.name + "Do"}
		for i, m := range e.members {
			members.constants = append(members.constants, constantDoc{strings.TrimPrefix(m.name, e.name), strings.TrimPrefix(m.doc, m.name+": "), int64(i)})
		}
		w.enum(members)
		w.p("export type %sEffect =\n", e.name)
		for _, m := range e.members {
			w.p("  | [what: %sDo.%s%s]", e.name, strings.TrimPrefix(m.name, e.name), prefixed(", ", labelled(m.arguments[len(e.common):], operandOfEffect)))
			if m.name == e.members[len(e.members)-1].name {
				w.p(";")
			}
			w.p("\n")
		}
		w.p("\n")
	}
	w.p("/** Each effect is done by whoever it concerns, when control() has returned. */\nexport interface Host {\n")
	for _, e := range l.effects {
		arguments := labelled(e.common, operandOfEffect)
		if e.members != nil {
			arguments += ", ...effect: " + e.name + "Effect"
		}
		w.p("  [Do.%s](%s): void;\n", e.name, arguments)
	}
	w.p("}\n")
	return w.Bytes()
}

// quoted lists texts.
func quoted(texts []string) string {
	var all []string
	for _, t := range texts {
		all = append(all, strconv.Quote(t))
	}
	return strings.Join(all, ", ")
}

type typeScriptWriter struct{ bytes.Buffer }

func (w *typeScriptWriter) p(format string, args ...any) { fmt.Fprintf(w, format, args...) }

func (w *typeScriptWriter) section(title string) {
	line := "// --- " + title + " "
	w.p("%s%s\n\n", line, strings.Repeat("-", 120-len(line)))
}

func (w *typeScriptWriter) enum(e enum) {
	w.doc("", e.doc)
	w.p("export const enum %s {\n", e.name)
	for i, c := range e.constants {
		w.doc("  ", c.doc)
		before := int64(-1)
		if i > 0 {
			before = e.constants[i-1].value
		}
		w.p("  %s", c.name)
		if c.value != before+1 || strings.HasSuffix(e.doc, "as bits.") {
			w.p(" = %d", c.value)
		}
		w.p(",\n")
	}
	w.p("}\n\n")
}

// object writes a struct that an effect brings, and how the page makes one of its numbers.
func (w *typeScriptWriter) object(g *group) {
	var names, made []string
	w.p("/** %s, as an effect brings it. */\nexport interface %s {\n", g.goTyp, g.object())
	for i := range g.arguments {
		a := &g.arguments[i]
		name := lowerFirst(a.name)
		names = append(names, name)
		if a.kind == flag {
			name += ": !!" + name
		}
		made = append(made, name)
		w.doc("  ", g.docs[a.name])
		w.p("  %s: %s;\n", lowerFirst(a.name), operand(a))
	}
	w.p("}\n\nexport type %s = [%s];\n\n", g.fields(), labelled(g.arguments, operandOfEffect))
	w.p("export const %sOf = ([%s]: %s): %s => ({ %s });\n\n", lowerFirst(g.object()), strings.Join(names, ", "), g.fields(), g.object(), strings.Join(made, ", "))
}

// doc writes a comment, in lines of 120 characters.
func (w *typeScriptWriter) doc(indent, doc string) {
	switch {
	case doc == "":
	case len(indent)+len(doc)+7 <= 120:
		w.p("%s/** %s */\n", indent, doc)
	default:
		w.p("%s/**\n", indent)
		line := indent + " *"
		for _, word := range strings.Fields(doc) {
			if len(line)+1+len(word) > 120 {
				w.p("%s\n", line)
				line = indent + " *"
			}
			line += " " + word
		}
		w.p("%s\n%s */\n", line, indent)
	}
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// labelled are arguments as the elements of a tuple.
func labelled(all []argument, typeOf func(*argument) string) string {
	var parts []string
	for i := range all {
		if g := all[i].group; g != nil && &g.arguments[0] != &all[0] {
			if i == 0 || all[i-1].group != g {
				parts = append(parts, fmt.Sprintf("...%s: %s", g.name, g.fields()))
			}
			continue
		}
		parts = append(parts, lowerFirst(all[i].name)+": "+typeOf(&all[i]))
	}
	return strings.Join(parts, ", ")
}

func lowerFirst(name string) string {
	letters := []rune(name)
	for i := range letters {
		if i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) {
			break
		}
		letters[i] = unicode.ToLower(letters[i])
	}
	return string(letters)
}

// operand is the type of an operation's argument.
func operand(a *argument) string {
	switch {
	case a.enum != "":
		return a.enum
	case a.kind == flag:
		return "boolean"
	case a.kind == text || a.kind == ascii:
		return "string"
	case a.kind == milliseconds:
		return "Ms"
	}
	return "number"
}

// operandOfEffect is the type of an effect's argument.
func operandOfEffect(a *argument) string {
	switch t := operand(a); t {
	case "boolean":
		return "Flag"
	case "Ms":
		return "number"
	default:
		return t
	}
}
