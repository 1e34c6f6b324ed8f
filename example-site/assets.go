package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed web
var embedded embed.FS

func builtIn() fs.FS {
	web, err := fs.Sub(embedded, "web")
	if err != nil {
		panic(err) // the folder is named right above
	}
	return web
}

// The site sets these types itself and does not ask the operating system: browsers run no module and stream no WASM with a
// wrong type.
var types = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".ts":   "text/plain; charset=utf-8",
	".wasm": "application/wasm",
}

// assets serves files with an ETag, compressed where the browser accepts it. Browsers ask for each cached file again, as
// files change during development.
type assets struct {
	files fs.FS
	mu    sync.Mutex
	known map[string]*asset
}

type asset struct {
	modified time.Time
	size     int64
	tag      string
	plain    []byte
	gzipped  []byte
}

func newAssets(files fs.FS) *assets { return &assets{files: files, known: map[string]*asset{}} }

func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.serve(w, r, strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/"))
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request, name string) {
	file, err := a.load(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-cache")
	header.Set("Vary", "Accept-Encoding")
	kind := types[path.Ext(name)]
	if kind == "" {
		kind = or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream")
	}
	header.Set("Content-Type", kind)
	body := file.plain
	if file.gzipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		header.Set("ETag", `"`+file.tag+`-gzip"`)
		body = file.gzipped
	} else {
		header.Set("ETag", `"`+file.tag+`"`)
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// load reads a file, and reads it again when it has changed.
func (a *assets) load(name string) (*asset, error) {
	info, err := fs.Stat(a.files, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if old := a.known[name]; old != nil && old.modified.Equal(info.ModTime()) && old.size == info.Size() {
		return old, nil
	}
	plain, err := fs.ReadFile(a.files, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(plain)
	fresh := &asset{modified: info.ModTime(), size: info.Size(), tag: hex.EncodeToString(sum[:8]), plain: plain}
	if len(plain) > 1024 {
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		if _, err := z.Write(plain); err == nil && z.Close() == nil && zipped.Len() < len(plain) {
			fresh.gzipped = zipped.Bytes()
		}
	}
	a.known[name] = fresh
	return fresh, nil
}
