# Makes of the toolchain's wasm_exec.js what our program needs: it has no files, arguments, environment or exit code, calls
# nothing in the page but what load.ts gives it, and has less than 2 GB of memory. A line that is not found any more in a
# newer toolchain's stays as it is: larger, and right.

# Not linked, as no value of the page's enters Go. If they were, no browser would instantiate the program.
/"(debug|syscall\/js\.\w+)":/,/^\t{5}\}/d
/_gotest:/,/^\t{4}\}/d
/const (testCallExport|loadValue|storeValue|loadSliceOfValues|loadString|setInt32) = /,/^\t{3}\}/d
/const enosys = /,/^\t\};/d
/this\._(values|goRefCounts|ids|idPool) = .*;/d
/this\._(values|ids) = /,/\]\)?;/d
/this\._pendingEvent/d
/_makeFuncWrapper\(/,/^\t\t\}/d

/const (en|de)coder = /d

# Nothing wakes Go but its exports: it has no timer but the one by which its runtime would give memory back, which a WASM
# cannot.
/"runtime\.(scheduleTimeoutEvent|clearTimeoutEvent)":/,/^\t{5}\}/{
s/\(sp\) => \{/() => {},/
t
d
}
/this\._(scheduledTimeouts|nextCallbackTimeoutID)/d
/_resume\(\) \{/,/^\t\t\}/d

# Addresses are signed numbers from 2 GB on.
/sp >>>= 0;/d
s/ >>> 0;/;/

# Arguments: none. What the linker leaves free for them is zero. Environment: GOGC=10. By default Go collects when it has made
# 4 MB of garbage.
/this\.(argv|env) = /d
/let offset = 4096/,/^\t{3}\}$/c\
\t\t\tnew Uint32Array(this.mem.buffer, 4104).set([4120, 0, 0, 0, 0x43474f47, 0x30313d]);
s/run\(argc, argv\)/run(0, 4096)/

# The end: a panic, whose text is on the console by then.
/this\.exit = /,/^\t{3}\};/d
/this\._exitPromise = /,/^\t{3}\}\);/d
/^\t{5}\tdelete this/d
/const code = /d
/this\.exit\(code\)/d
/if \(this\.exited\) \{/,/\}/d
/this\.exited = /d
/await this\._exitPromise/d
s/async run\(/run(/

# Said by load.ts already, or to nobody.
/if \(!\(instance instanceof/,/^\t{3}\}/d
/console\.warn/d
