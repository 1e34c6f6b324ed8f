# Makes of the toolchain's wasm_exec.js what our program needs: it has no files, arguments, environment or exit code, and
# less than 2 GB of memory. A line that is not found any more in a newer toolchain's stays as it is: larger, and right.

# Not linked. If they were, no browser would instantiate the program.
/"(debug|syscall\/js\.(valueDelete|valueInvoke|valueInstanceOf|copyBytesToGo))":/,/^\t{5}\}/d
/_gotest:/,/^\t{4}\}/d
/testCallExport = /,/^\t{3}\}/d

# Linked for files, arrays and objects, which do not go through our doors, and never called.
/"syscall\/js\.(valueSetIndex|valueNew|copyBytesToJS)":/,/^\t{5}\}/{
s/\(sp\) => \{/enosys,/
t
d
}
/err\.code = /d
s/return err;/throw err;/

# Addresses are signed numbers from 2 GB on.
/sp >>>= 0;/d
s/ >>> 0;/;/

# Arguments: none. What the linker leaves free for them is zero. Environment: GOGC=10. By default Go collects when it has made
# 4 MB of garbage, and holds JavaScript's objects until then.
/this\.(argv|env) = /d
/let offset = 4096/,/^\t{3}\}$/c\
\t\t\tnew Uint32Array(this.mem.buffer, 4104).set([4120, 0, 0, 0, 0x43474f47, 0x30313d]);
s/run\(argc, argv\)/run(0, 4096)/

# The end: a panic, whose text is on the console by then. Whoever calls afterwards gets an error.
/this\.exit = /,/^\t{3}\};/d
/this\._exitPromise = /,/^\t{3}\}\);/d
/^\t{5}\tdelete this/d
/const code = /d
/this\.exit\(code\)/d
/if \(this\.exited\) \{/{
N
N
/resolve/d
}
/await this\._exitPromise/d
s/async run\(/run(/

# One function, without arguments or a result: control(). Go holds each event until it collects.
s/const event = .*/const event = go._event ||= { id, args: [] };/
/return event\.result;/d

# Said by load.ts already, or to nobody.
/if \(!\(instance instanceof/,/^\t{3}\}/d
/console\.warn/d

# Nobody's, and our own to shorten.
/const setInt32 =/,/^\t{3}\}/d
s/this\.exited/this._exited/
