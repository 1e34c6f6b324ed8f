package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"strings"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

const module = "github.com/socketio-jwt/socketio-jwt-wasm/"

// Packages that the list is read from.
const (
	core      = module + "internal/core"
	engineIO  = module + "internal/engineio"
	socketIO  = module + "internal/socketio"
	tokenLife = module + "client/lifecycle"
)

// groupPrefixes are the words with which effects begin that are one effect for the page,
// with members.
var groupPrefixes = []string{"Engine", "Manager", "Socket", "Token"}

// list is what both sides of the bridge are made of.
type list struct {
	operations []call
	effects    []effect
	enums      []enum
	tables     []table
	words      []constantDoc // the fields of core.Words
	traits     []constantDoc // the fields of engineio.Generation
	units      int64
}

// call is a method of Operations or Host.
type call struct {
	name      string
	doc       string
	arguments []argument
	result    string // its Go type; "": none
}

// effect is one number of Do: a method of Host, or a group of them whose members have
// numbers of their own.
type effect struct {
	name    string
	common  []argument // what all members of a group begin with; a single method's arguments
	members []call     // nil: no group
}

// argument is one number or text in the shared memory. A struct is several.
type argument struct {
	name  string
	goTyp string // as it stands in the Go source
	kind  kind
	enum  string // the name of its type in TypeScript, if that is an enumeration
	// group says of an argument of a struct which one that is.
	group *group
}

// group is a struct that is passed field by field.
type group struct {
	name      string
	goTyp     string
	arguments []argument
	docs      map[string]string // of its fields
}

// object is the name of the struct in TypeScript, where the page reads it as one.
func (g *group) object() string { return g.goTyp[strings.Index(g.goTyp, ".")+1:] }

// fields is the name of its type in TypeScript.
func (g *group) fields() string { return g.object() + "Fields" }

// groupsOf are the structs that these calls take.
func groupsOf(calls []call) []*group {
	var all []*group
	known := map[string]bool{}
	for _, c := range calls {
		for _, a := range c.arguments {
			if a.group != nil && !known[a.group.goTyp] {
				known[a.group.goTyp] = true
				all = append(all, a.group)
			}
		}
	}
	return all
}

type kind uint8

const (
	number kind = iota
	unsigned
	milliseconds
	fraction
	flag
	text  // UTF-16 units
	ascii // only compared
)

// enum is one enumeration.
type enum struct {
	name, doc string
	constants []constantDoc
}

type constantDoc struct {
	name, doc string
	value     int64
}

// table gives the names that users know for the values of an enumeration, by number.
type table struct {
	name, doc string
	names     []string
}

// enumerations are the types whose constants the page knows, and how they are called there.
// One whose zero value means something without a constant of its own has None.
var enumerations = []struct{ pkg, goType, name, prefix, doc string }{
	{core, "Rx", "Rx", "Rx", "What rx answers."},
	{core, "TxFlags", "Tx", "Tx", "What tx is asked for, as bits."},
	{core, "TxAnswer", "TxAnswer", "Tx", "tx's answers that are not the length of a header."},
	{core, "Ending", "Ending", "Ending", "How a transport has ended."},
	{core, "Recovery", "Recovery", "Recovery", "What a server has said of connection state recovery with CONNECT."},
	{engineIO, "Transport", "TransportKind", "", "The transports."},
	{engineIO, "PacketType", "PacketType", "", "Engine.IO's types of packets."},
	{socketIO, "PacketType", "Type", "Type", "Socket.IO's types of packets."},
	{tokenLife, "CloseReason", "CloseReason", "Close", "Why a connection or a socket was closed."},
	{socketIO, "Answer", "Answer", "Answer", "What the server has said to a question of the core's own."},
	{tokenLife, "Reason", "Reason", "Reason", "Why there is no authenticated session."},
	{tokenLife, "Via", "Way", "Via", "How a token travels, as bits."},
	{tokenLife, "Cause", "Cause", "Cause", "Why a token is asked for."},
}

// tables are the names by number.
func tables() []table {
	var fatal, reasons, texts, closes, causes []string
	for r := lifecycle.Reason(0); r == 0 || r.String() != ""; r++ {
		reasons = append(reasons, r.String())
		texts = append(texts, r.Text())
		if r.Fatal() {
			fatal = append(fatal, r.String())
		}
	}
	for r := lifecycle.CloseReason(0); r == 0 || r.String() != ""; r++ {
		closes = append(closes, r.String())
	}
	for c := lifecycle.Cause(0); c.String() != "unknown"; c++ {
		causes = append(causes, c.String())
	}
	return []table{
		{"reasons", "The names that users know, by Reason.", reasons},
		{"reasonTexts", "The messages of errors of which the server has said nothing, by Reason.", texts},
		{"fatalReasons", "The reasons that end a session: nothing reconnects after them.", fatal},
		{"closeReasons", "What listeners of `disconnect` and `close` hear, by CloseReason.", closes},
		{"fenceNames", "The namespaces that fences ask for, by a fence's number.", socketio.FenceNames[:]},
		{"ways", "The ways' names, by Way's bits from the lowest on.", lifecycle.WayNames()},
		{"causes", "The names that users know, by Cause.", causes},
	}
}

// lowerNames are the names of the constants, as pages know them.
func lowerNames(e enum) []string {
	var names []string
	for _, c := range e.constants {
		names = append(names, strings.ToLower(c.name))
	}
	return names
}

// reader reads Go packages of this module, with their comments.
type reader struct {
	set      *token.FileSet
	importer types.ImporterFrom
	files    map[string][]*ast.File
}

func read() (*list, error) {
	set := token.NewFileSet()
	r := &reader{set: set, importer: importer.ForCompiler(set, "source", nil).(types.ImporterFrom), files: map[string][]*ast.File{}}
	pkg, err := r.load(core)
	if err != nil {
		return nil, err
	}
	l := &list{tables: tables()}
	for _, e := range enumerations {
		made, err := r.enum(e.pkg, e.goType, e.prefix)
		if err != nil {
			return nil, err
		}
		made.name, made.doc = e.name, e.doc
		l.enums = append(l.enums, made)
		if e.name == "PacketType" {
			l.tables = append(l.tables, table{"packetTypes", "The names that pages know, by PacketType.", lowerNames(made)})
		}
	}
	if l.operations, err = r.calls(pkg, "Operations"); err != nil {
		return nil, err
	}
	host, err := r.calls(pkg, "Host")
	if err != nil {
		return nil, err
	}
	l.effects = grouped(host)
	for _, c := range host {
		for _, a := range c.arguments {
			if a.kind == text || a.kind == ascii {
				return nil, fmt.Errorf("method Host.%s: %s is a text: effects have numbers only. Give the number of a text that both sides know (tables)", c.name, a.name)
			}
			if a.kind == milliseconds && c.name != "Wake" {
				return nil, fmt.Errorf("method Host.%s: %s takes more than the 32 bits of an effect's number", c.name, a.name)
			}
		}
	}
	words := pkg.Scope().Lookup("Words").Type().Underlying().(*types.Struct)
	docs := r.fieldDocs(core, "Words")
	for i := range words.NumFields() {
		name := words.Field(i).Name()
		l.words = append(l.words, constantDoc{name: name, doc: docs[name], value: int64(i)})
	}
	l.traits = r.traits()
	l.units, _ = constant.Int64Val(pkg.Scope().Lookup("MaxHeader").(*types.Const).Val())
	return l, nil
}

func (r *reader) load(path string) (*types.Package, error) {
	pkg, err := r.importer.ImportFrom(path, ".", 0)
	if err != nil || r.files[path] != nil {
		return pkg, err
	}
	// The importer keeps no comments.
	found := map[string]bool{}
	for _, name := range pkg.Scope().Names() {
		file := r.set.Position(pkg.Scope().Lookup(name).Pos()).Filename
		if file == "" || found[file] {
			continue
		}
		found[file] = true
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		r.files[path] = append(r.files[path], parsed)
	}
	return pkg, nil
}

// calls lists the methods of an interface of core, in the order of the source.
func (r *reader) calls(pkg *types.Package, name string) ([]call, error) {
	object := pkg.Scope().Lookup(name)
	if object == nil {
		return nil, fmt.Errorf("internal/core has no interface %s", name)
	}
	typed := object.Type().Underlying().(*types.Interface)
	methods := map[string]*types.Func{}
	for i := range typed.NumMethods() {
		methods[typed.Method(i).Name()] = typed.Method(i)
	}
	var all []call
	for _, field := range r.spec(core, name).Type.(*ast.InterfaceType).Methods.List {
		f := methods[field.Names[0].Name]
		c := call{name: f.Name(), doc: clean(field.Doc.Text())}
		signature := f.Signature()
		for i := range signature.Params().Len() {
			p := signature.Params().At(i)
			arguments, err := r.arguments(p.Name(), p.Type())
			if err != nil {
				return nil, fmt.Errorf("method %s.%s: %w", name, c.name, err)
			}
			c.arguments = append(c.arguments, arguments...)
		}
		if signature.Results().Len() > 0 {
			c.result = goName(signature.Results().At(0).Type())
		}
		all = append(all, c)
	}
	return all, nil
}

// arguments are a parameter's numbers in the shared memory.
func (r *reader) arguments(name string, t types.Type) ([]argument, error) {
	a := argument{name: name, goTyp: goName(t)}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Kind() == types.Bool:
			a.kind = flag
		case u.Kind() == types.String:
			a.kind = ascii
		case u.Kind() == types.Float64:
			a.kind = fraction
		case u.Kind() == types.Int64:
			a.kind = milliseconds
		case u.Info()&types.IsUnsigned != 0:
			a.kind = unsigned
		}
		if named, ok := types.Unalias(t).(*types.Named); ok {
			a.enum = enumName(named.Obj())
			if a.enum == "" {
				return nil, fmt.Errorf("%s is no enumeration that the page knows", named)
			}
		}
		return []argument{a}, nil
	case *types.Slice:
		a.kind = text
		return []argument{a}, nil
	case *types.Struct:
		named := types.Unalias(t).(*types.Named).Obj()
		g := &group{name: name, goTyp: goName(t), docs: r.fieldDocs(named.Pkg().Path(), named.Name())}
		var all []argument
		for i := range u.NumFields() {
			f := u.Field(i)
			if f.Name() == "_" {
				continue
			}
			fields, err := r.arguments(f.Name(), f.Type())
			if err != nil {
				return nil, err
			}
			fields[0].group = g
			all = append(all, fields[0])
		}
		g.arguments = all
		return all, nil
	}
	return nil, fmt.Errorf("nothing of type %s can be passed", t)
}

func enumName(o *types.TypeName) string {
	for _, e := range enumerations {
		if e.pkg == o.Pkg().Path() && e.goType == o.Name() {
			return e.name
		}
	}
	return ""
}

// grouped makes one effect of the methods that begin with the same one of groupPrefixes.
func grouped(host []call) []effect {
	var all []effect
	for _, c := range host {
		prefix := ""
		for _, p := range groupPrefixes {
			if strings.HasPrefix(c.name, p) && c.name != p {
				prefix = p
			}
		}
		if prefix == "" {
			all = append(all, effect{name: c.name, common: c.arguments})
			continue
		}
		if n := len(all); n > 0 && all[n-1].name == prefix {
			all[n-1].members = append(all[n-1].members, c)
			continue
		}
		all = append(all, effect{name: prefix, members: []call{c}})
	}
	for i := range all {
		e := &all[i]
		if e.members == nil {
			continue
		}
		e.common = e.members[0].arguments
		for _, m := range e.members {
			n := 0
			for n < min(len(e.common), len(m.arguments)) && e.common[n].name == m.arguments[n].name && e.common[n].kind == m.arguments[n].kind {
				n++
			}
			e.common = e.common[:n]
		}
	}
	return all
}

// enum lists the constants of a type, in the order of their values.
func (r *reader) enum(path, goType, prefix string) (enum, error) {
	pkg, err := r.load(path)
	if err != nil {
		return enum{}, err
	}
	typed := pkg.Scope().Lookup(goType).Type()
	var e enum
	docs := r.constantDocs(path)
	for _, name := range pkg.Scope().Names() {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok || !c.Exported() || !types.Identical(c.Type(), typed) {
			continue
		}
		value, _ := constant.Int64Val(c.Val())
		e.constants = append(e.constants, constantDoc{strings.TrimPrefix(name, prefix), docs[name], value})
	}
	if len(e.constants) == 0 {
		return e, fmt.Errorf("%s.%s has no constants", path, goType)
	}
	sortByValue(e.constants)
	if e.constants[0].value == 1 && !bits(e.constants) {
		e.constants = append([]constantDoc{{name: "None"}}, e.constants...)
	}
	return e, nil
}

// bits says whether the values of an enumeration are combined.
func bits(all []constantDoc) bool {
	for _, c := range all {
		if c.value&(c.value-1) != 0 {
			return false
		}
	}
	return len(all) > 2
}

func goName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}
