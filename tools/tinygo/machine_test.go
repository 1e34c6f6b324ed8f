//go:build linux

package tinygo_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// machine is what the scripts see in a test: a PATH with a shell's tools and the fakes that the test puts there, and a
// home that is empty at first. It has no network, no Debian and no compiler.
type machine struct {
	t    *testing.T
	dir  string
	bin  string // the whole PATH
	home string
	env  []string
}

// What a Debian has before anything is installed, and a fake does not stand for.
var tools = []string{"sh", "sed", "dirname", "mktemp", "rm", "mv", "cp", "mkdir", "tail", "cat", "grep", "flock", "touch", "chmod"}

func newMachine(t *testing.T) *machine {
	m := &machine{t: t, dir: t.TempDir()}
	m.bin, m.home = filepath.Join(m.dir, "bin"), filepath.Join(m.dir, "home")
	for _, dir := range []string{m.bin, m.home} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range tools {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Skipf("the shell scripts of this directory need %s, which is not on the PATH (Debian: apt-get install util-linux coreutils grep sed)", tool)
		}
		if err := os.Symlink(path, filepath.Join(m.bin, tool)); err != nil {
			t.Fatal(err)
		}
	}
	m.env = []string{"PATH=" + m.bin, "HOME=" + m.home, "FAKE=" + m.dir}
	m.program("id", `echo 1000`)
	return m
}

// program puts a fake on the PATH.
func (m *machine) program(name, script string) {
	m.t.Helper()
	m.write("bin/"+name, "#!/bin/sh\n"+script+"\n")
}

// tinygo puts a fake TinyGo of a version on the PATH, or elsewhere below the machine's directory.
func (m *machine) tinygo(path, version string) string {
	m.t.Helper()
	m.write(path, fmt.Sprintf("#!/bin/sh\ncase $1 in\nversion) echo '%s' ;;\nenv) echo '%s' ;;\nesac\n", version, filepath.Dir(m.path(filepath.Dir(path)))))
	return m.path(path)
}

func (m *machine) path(name string) string { return filepath.Join(m.dir, name) }

func (m *machine) write(name, content string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Dir(m.path(name)), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(m.path(name), []byte(content), 0o755); err != nil {
		m.t.Fatal(err)
	}
}

// lines counts the lines of a file, none where there is no file.
func (m *machine) lines(name string) int {
	content, _ := os.ReadFile(m.path(name))
	return bytes.Count(content, []byte("\n"))
}

// below lists what a directory holds, by name.
func (m *machine) below(name string) (names []string) {
	entries, _ := os.ReadDir(m.path(name))
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// debian gives the machine apt and dpkg, and a go that serves TinyGo's module with this checksum. What they do is
// counted in the files apt-get and builds. A file hang lets `go build` wait for the end of the pipe gate; a file broken
// lets it fail.
func (m *machine) debian(user int, sum string) {
	m.t.Helper()
	m.program("id", fmt.Sprintf("echo %d", user))
	m.program("dpkg", "exit 0")
	m.program("dpkg-query", `for package; do :; done
[ -e "$FAKE/installed/$package" ] && printf installed`)
	m.program("apt-get", `case " $* " in *" install "*) ;; *) exit 0 ;; esac
echo "$*" >>"$FAKE/apt-get"
mkdir -p "$FAKE/installed"
for package; do touch "$FAKE/installed/$package"; done
for program in clang-19 wasm-ld-19 wasm-opt; do touch "$FAKE/bin/$program"; chmod +x "$FAKE/bin/$program"; done`)
	for _, name := range []string{"src/runtime/a.go", "targets/wasm.json", "lib/a.c", "LICENSE", "builder/a.go"} {
		m.write("module/"+name, "")
	}
	m.program("go", `case $1 in
mod) printf '{\n\t"Dir": "%s",\n\t"Sum": "`+sum+`",\n\t"GoModSum": "h1:other="\n}\n' "$FAKE/module" ;;
build)
	echo "$GOTOOLCHAIN ${GOFLAGS:-} $*" >>"$FAKE/builds"
	[ -e "$FAKE/hang" ] && cat "$FAKE/gate"
	[ -e "$FAKE/broken" ] && echo "undefined: something" && exit 1
	while [ "$1" != -o ]; do shift; done
	printf '#!/bin/sh\necho tinygo version 0.40.1\n' >"$2" && chmod +x "$2" ;;
esac`)
}

// result is how a script ended.
type result struct {
	stdout, stderr string
	code           int
}

// start runs a script of this directory in a process group of its own. What it says on stderr goes to a file.
func (m *machine) start(stderr, script string, args ...string) (*exec.Cmd, func() result) {
	m.t.Helper()
	path, err := filepath.Abs(script)
	if err != nil {
		m.t.Fatal(err)
	}
	file, err := os.Create(m.path(stderr))
	if err != nil {
		m.t.Fatal(err)
	}
	var stdout bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = m.dir, m.env, &stdout, file
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		file.Close()
		close(ended)
	}()
	m.t.Cleanup(func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	return cmd, func() result {
		<-ended
		said, _ := os.ReadFile(m.path(stderr))
		return result{stdout.String(), string(said), cmd.ProcessState.ExitCode()}
	}
}

func (m *machine) run(script string, args ...string) result {
	m.t.Helper()
	_, wait := m.start("stderr", script, args...)
	return wait()
}

// finds runs find.sh, which must print this path alone.
func (m *machine) finds(path string) result {
	m.t.Helper()
	got := m.run("find.sh")
	if got.code != 0 || got.stdout != path+"\n" {
		m.t.Fatalf("exit %d, stdout %q, stderr:\n%s\nwant %s", got.code, got.stdout, got.stderr, path)
	}
	return got
}

// refuses runs find.sh, which must fail, print no path, and say all of these.
func (m *machine) refuses(says ...string) result {
	m.t.Helper()
	got := m.run("find.sh")
	if got.code != 1 || got.stdout != "" {
		m.t.Fatalf("exit %d, stdout %q, stderr:\n%s\nwant a refusal", got.code, got.stdout, got.stderr)
	}
	for _, part := range says {
		if !strings.Contains(got.stderr, part) {
			m.t.Errorf("does not say %q:\n%s", part, got.stderr)
		}
	}
	return got
}
