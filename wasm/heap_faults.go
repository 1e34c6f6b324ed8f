//go:build tinygo && faults

package main

import "unsafe"

// untilNext is 0 in the build for tests: each call of the page ends with a collection.
func untilNext(int) int { return 0 }

// overwrites says that freed memory is overwritten: who still has a pointer to it does not go on by chance.
const overwrites = true

func overwrite(b *block) {
	content := unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(b), blockSize)), b.size-blockSize)
	for i := range content {
		content[i] = 0xa5
	}
}
