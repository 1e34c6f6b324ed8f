//go:build linux

package tinygo_test

import (
	"bufio"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const (
	cache = "home/.cache/socketio-jwt-wasm"
	built = cache + "/tinygo-0.40.1"
)

// checksum is the one that the scripts ask for.
func checksum(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("common.sh")
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile(`(?m)^tinygo_sum=(h1:\S+)$`).FindSubmatch(content)
	if match == nil {
		t.Fatal("common.sh names no checksum")
	}
	return string(match[1])
}

func TestInstallsOnceOnDebianAsRoot(t *testing.T) {
	m := newMachine(t)
	m.debian(0, checksum(t))
	m.env = append(m.env, "GOFLAGS=-mod=vendor", "GOTOOLCHAIN=local") // of the caller's project
	said := m.finds(m.path(built + "/bin/tinygo")).stderr
	for _, part := range []string{"Once per machine", "three minutes", "installing Debian packages", "fetching", "compiling"} {
		if !strings.Contains(said, part) {
			t.Errorf("does not say %q:\n%s", part, said)
		}
	}
	if got, want := m.below(built), []string{"LICENSE", "bin", "lib", "src", "targets"}; !slices.Equal(got, want) {
		t.Errorf("holds %v, want %v", got, want)
	}
	if said := m.finds(m.path(built + "/bin/tinygo")).stderr; said != "" {
		t.Errorf("says at the second call: %s", said)
	}
	if m.lines("builds") != 1 || m.lines("apt-get") != 1 {
		t.Errorf("%d builds, %d installations", m.lines("builds"), m.lines("apt-get"))
	}
	if command, _ := os.ReadFile(m.path("builds")); !strings.HasPrefix(string(command), "go1.25.5  build ") {
		t.Errorf("built with the caller's settings: %s", command)
	}
}

func TestInstallsForAnyUserWhereThePackagesAre(t *testing.T) {
	m := newMachine(t)
	m.debian(0, checksum(t))
	m.finds(m.path(built + "/bin/tinygo"))
	m.debian(1000, checksum(t))
	m.env = append(m.env, "XDG_CACHE_HOME="+m.path("other cache"))
	m.finds(m.path("other cache/socketio-jwt-wasm/tinygo-0.40.1/bin/tinygo"))
	if m.lines("apt-get") != 1 {
		t.Errorf("%d installations", m.lines("apt-get"))
	}
}

// A cache directory restored on another machine: LLVM is missing there, and nothing else.
func TestInstallsLLVMForACopiedCache(t *testing.T) {
	m := newMachine(t)
	m.debian(0, checksum(t))
	m.finds(m.path(built + "/bin/tinygo"))
	for _, name := range []string{"installed", "bin/clang-19", "bin/wasm-ld-19", "bin/wasm-opt"} {
		if err := os.RemoveAll(m.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	m.finds(m.path(built + "/bin/tinygo"))
	if m.lines("builds") != 1 || m.lines("apt-get") != 2 {
		t.Errorf("%d builds, %d installations", m.lines("builds"), m.lines("apt-get"))
	}
}

func TestInstallRefusesAnotherModule(t *testing.T) {
	m := newMachine(t)
	m.debian(0, "h1:another=")
	m.refuses("FAILED: fetching", "h1:another=", checksum(t))
	if m.lines("builds") != 0 {
		t.Error("has built it")
	}
}

func TestInstallNamesTheStepThatFailed(t *testing.T) {
	m := newMachine(t)
	m.debian(0, checksum(t))
	m.write("broken", "")
	m.refuses("FAILED: compiling TinyGo", "undefined: something", m.path(built+".log"))
	if got, want := m.below(cache), []string{"lock", "tinygo-0.40.1.log"}; !slices.Equal(got, want) {
		t.Errorf("leaves %v, want %v", got, want)
	}
	if err := os.Remove(m.path("broken")); err != nil {
		t.Fatal(err)
	}
	m.finds(m.path(built + "/bin/tinygo"))
}

func TestInstallBuildsOnceForTwoAtOnce(t *testing.T) {
	m := newMachine(t)
	m.debian(0, checksum(t))
	open := m.hang()
	_, first := m.start("first", "find.sh")
	gate := open() // the first compiles
	cmd, second := m.start("second", "find.sh")
	m.follow(cmd, "second", "waiting for it")
	gate.Close()
	for _, wait := range []func() result{first, second} {
		if got := wait(); got.code != 0 || got.stdout != m.path(built+"/bin/tinygo")+"\n" {
			t.Errorf("exit %d, stdout %q, stderr:\n%s", got.code, got.stdout, got.stderr)
		}
	}
	if m.lines("builds") != 1 {
		t.Errorf("%d builds", m.lines("builds"))
	}
}

func TestInstallStartsAnewAfterOneThatWasKilled(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			m := newMachine(t)
			m.debian(0, checksum(t))
			open := m.hang()
			cmd, wait := m.start("first", "find.sh")
			gate := open()
			if err := syscall.Kill(-cmd.Process.Pid, signal); err != nil {
				t.Fatal(err)
			}
			if got := wait(); got.code == 0 || got.stdout != "" {
				t.Errorf("exit %d, stdout %q", got.code, got.stdout)
			}
			if _, err := os.Stat(m.path(built)); err == nil {
				t.Error("leaves half of a TinyGo")
			}
			gate.Close()
			m.finds(m.path(built + "/bin/tinygo"))
			if got, want := m.below(cache), []string{"lock", "tinygo-0.40.1"}; !slices.Equal(got, want) {
				t.Errorf("leaves %v, want %v", got, want)
			}
		})
	}
}

// hang lets the next `go build` wait. The function that it returns waits for that one, which goes on when the file is
// closed.
func (m *machine) hang() func() *os.File {
	m.t.Helper()
	m.write("hang", "")
	if err := syscall.Mkfifo(m.path("gate"), 0o600); err != nil {
		m.t.Fatal(err)
	}
	return func() *os.File {
		m.t.Helper()
		gate, err := os.OpenFile(m.path("gate"), os.O_WRONLY, 0)
		if err != nil {
			m.t.Fatal(err)
		}
		if err := os.Remove(m.path("hang")); err != nil {
			m.t.Fatal(err)
		}
		return gate
	}
}

// follow reads what a running script says, up to a line that holds a text.
func (m *machine) follow(script *exec.Cmd, name, text string) {
	m.t.Helper()
	cmd := exec.Command("tail", "-n", "+1", "-f", "--pid", strconv.Itoa(script.Process.Pid), m.path(name))
	lines, err := cmd.StdoutPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	for scanner := bufio.NewScanner(lines); scanner.Scan(); {
		if strings.Contains(scanner.Text(), text) {
			return
		}
	}
	m.t.Fatalf("%s ends without %q", name, text)
}
