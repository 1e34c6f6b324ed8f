//go:build !js

package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	versionForm = regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$`)
	versionLine = regexp.MustCompile(`(?m)^  "version": "(.*)",$`)
	unreleased  = "## Unreleased\n"
	// The part of the README that a release writes.
	scriptBegin = "<!-- script: `make release` writes the version and the hash -->\n"
	scriptEnd   = "<!-- /script -->\n"
)

// setVersion changes the version in package.json. The version may stay the same if it has not been released.
func setVersion(text, version string) (string, error) {
	if !versionForm.MatchString(version) {
		return "", fmt.Errorf("%q is no version: make release VERSION=1.2.3", version)
	}
	now := versionLine.FindStringSubmatch(text)
	if now == nil {
		return "", errors.New(`there is no line "version"`)
	}
	if older(version, now[1]) {
		return "", fmt.Errorf("%s is older than %s", version, now[1])
	}
	return strings.Replace(text, now[0], `  "version": "`+version+`",`, 1), nil
}

// older compares the three numbers of versions; a prerelease comes before its release.
func older(a, b string) bool {
	left, right := versionForm.FindStringSubmatch(a), versionForm.FindStringSubmatch(b)
	if left == nil || right == nil {
		return false
	}
	for i := 1; i <= 3; i++ {
		l, _ := strconv.Atoi(left[i])
		r, _ := strconv.Atoi(right[i])
		if l != r {
			return l < r
		}
	}
	return left[4] != "" && right[4] == ""
}

// dateChangelog turns the section "Unreleased" into that of a version, and adds the hashes of its scripts.
func dateChangelog(text, version, date string, hashes map[string]string) (string, error) {
	before, after, found := strings.Cut(text, unreleased)
	if !found {
		return "", errors.New(`there is no heading "## Unreleased"`)
	}
	if strings.Contains(text, "\n## "+version+" ") {
		return "", fmt.Errorf("%s has a section already: it has been released", version)
	}
	news, past, _ := strings.Cut(after, "\n## ")
	if strings.TrimSpace(news) == "" {
		return "", errors.New(`nothing stands under "## Unreleased": say what users get`)
	}
	if past != "" {
		past = "\n## " + past
	}
	var section strings.Builder
	fmt.Fprintf(&section, "## %s - %s\n\n%s\n\n", version, date, strings.TrimSpace(news))
	for _, name := range slices.Sorted(maps.Keys(hashes)) {
		fmt.Fprintf(&section, "- `%s`: `%s`\n", name, hashes[name])
	}
	return before + unreleased + "\n" + section.String() + past, nil
}

// showScript writes the README's script tag for a version.
func showScript(text, version string, hashes map[string]string) (string, error) {
	before, rest, begins := strings.Cut(text, scriptBegin)
	_, after, ends := strings.Cut(rest, scriptEnd)
	if !begins || !ends {
		return "", fmt.Errorf("expected %q … %q around the script tag", strings.TrimSpace(scriptBegin), strings.TrimSpace(scriptEnd))
	}
	return before + scriptBegin + scriptTag(version, hashes["socketio-jwt.min.js"]) + scriptEnd + after, nil
}

func scriptTag(version, hash string) string {
	return "```html\n<script\n" +
		"  src=\"https://cdn.jsdelivr.net/npm/socketio-jwt-wasm@" + version + "/dist/socketio-jwt.min.js\"\n" +
		"  integrity=\"" + hash + "\"\n" +
		"  crossorigin=\"anonymous\"\n></script>\n```\n"
}

var (
	releaseHeading = regexp.MustCompile(`(?m)^## (\d\S*) - `)
	hashLine       = regexp.MustCompile("(?m)^- `socketio-jwt\\.min\\.js`: `(sha384-\\S+)`$")
)

// lastRelease returns the newest release of a changelog and the hash of its script, or "VERSION" and "HASH" before the first
// release.
func lastRelease(changelog string) (version, hash string) {
	heading := releaseHeading.FindStringSubmatchIndex(changelog)
	if heading == nil {
		return "VERSION", "HASH"
	}
	if line := hashLine.FindStringSubmatch(changelog[heading[1]:]); line != nil {
		hash = line[1]
	}
	return changelog[heading[2]:heading[3]], hash
}
