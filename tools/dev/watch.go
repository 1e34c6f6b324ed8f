//go:build !js

package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// snapshot returns when each file below the roots was modified last, without tests, which no page loads.
func snapshot(roots []string) map[string]time.Time {
	seen := map[string]time.Time{}
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") {
				return nil // the file was removed during the walk: the next snapshot shows that
			}
			if info, err := entry.Info(); err == nil {
				seen[path] = info.ModTime()
			}
			return nil
		})
	}
	return seen
}

// difference names a file that is new, gone or modified; "" if none is.
func difference(before, after map[string]time.Time) string {
	for path, at := range after {
		if !at.Equal(before[path]) {
			return path
		}
	}
	for path := range before {
		if _, ok := after[path]; !ok {
			return path
		}
	}
	return ""
}

// watch sends a path below the roots when a file has changed, until ctx ends. Several changes while the receiver is busy are
// one. It takes snapshots at intervals, so it works on every system and file system without a library.
func watch(ctx context.Context, roots []string, every time.Duration) <-chan string {
	changes := make(chan string)
	known := snapshot(roots)
	go func() {
		defer close(changes)
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks.C:
			}
			now := snapshot(roots)
			changed := difference(known, now)
			if changed == "" {
				continue
			}
			known = now
			select {
			case changes <- changed:
			case <-ctx.Done():
				return
			}
		}
	}()
	return changes
}
