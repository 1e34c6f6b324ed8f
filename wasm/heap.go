//go:build tinygo

package main

import "unsafe"

// The core's heap. TinyGo's own collectors may run in any allocation, so its compiler has each function note every pointer
// that it holds: a fifth of the program. This one collects between the calls of the page alone, when no function of ours
// runs and nothing but the globals holds a pointer.
//
// The heap is a row of blocks, from heapStart to top. An allocation takes the next free block that is large enough, or
// begins one behind the last. A collection marks what can be reached, frees the rest, and joins free neighbours.
//
// The collection is conservative: a word that reads as an address inside a block counts as a pointer, so a number may
// keep a block alive until the number changes.

// block stands before what was allocated.
type block struct {
	size uintptr // in bytes, with this one's
	use  use
}

type use uint32

const (
	free use = iota
	taken
	reached // by the collection that runs
)

const (
	blockSize = unsafe.Sizeof(block{})
	wordSize  = unsafe.Sizeof(uintptr(0))
	pageSize  = 64 << 10
)

//go:extern __global_base
var globalsSymbol [0]byte

//go:extern __heap_base
var heapSymbol [0]byte

var (
	heapStart = uintptr(unsafe.Pointer(&heapSymbol)) // the linker aligns it to 16 bytes
	top       = heapStart                            // the end of the last block
	hole      = heapStart                            // where the next allocation looks first: what is free before it was too small
	budget    = untilNext(0)                         // bytes to be allocated until the next collection
)

//export llvm.wasm.memory.size.i32
func memorySize(memory int32) int32

//export llvm.wasm.memory.grow.i32
func memoryGrow(memory, pages int32) int32

// content is what was allocated.
func (b *block) content() []byte {
	return unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(b), blockSize)), b.size-blockSize)
}

func at(address uintptr) *block     { return (*block)(unsafe.Pointer(address)) }
func word(address uintptr) *uintptr { return (*uintptr)(unsafe.Pointer(address)) }

// alloc is the runtime's: cleared memory, aligned to 8 bytes.
//
//go:linkname alloc runtime.alloc
//go:noinline
func alloc(size uintptr, layout unsafe.Pointer) unsafe.Pointer {
	size = blockSize + (size+blockSize-1)&^(blockSize-1)
	budget -= int(size)
	for hole < top && (at(hole).use != free || at(hole).size < size) {
		hole += at(hole).size
	}
	b := at(hole)
	hole += size
	switch {
	case hole > top:
		reserve(hole)
		top = hole
	case b.size > size:
		*at(hole) = block{size: b.size - size}
	}
	*b = block{size, taken}
	content := b.content()
	clear(content)
	return unsafe.Pointer(unsafe.SliceData(content))
}

// reserve makes the memory end behind an address.
func reserve(end uintptr) {
	for end > uintptr(memorySize(0))*pageSize {
		if memoryGrow(0, memorySize(0)) < 0 {
			panic("out of memory")
		}
	}
}

// collect frees what cannot be reached from the globals, if enough has been allocated since it last did. No caller may hold
// a pointer.
func collect() {
	if budget > 0 {
		return
	}
	// Behind the heap, for as long as this takes: the address of each block, then of those whose content is still to be
	// looked at.
	m := marking{blocks: top}
	for b := heapStart; b < top; b += at(b).size {
		m.count++
	}
	m.pending = top + m.count*wordSize
	reserve(m.pending + m.count*wordSize)
	i := m.blocks
	for b := heapStart; b < top; b += at(b).size {
		*word(i) = b
		i += wordSize
	}
	first := m.pending
	m.mark(uintptr(unsafe.Pointer(&globalsSymbol)), uintptr(unsafe.Pointer(&heapSymbol)))
	for m.pending > first {
		m.pending -= wordSize
		b := *word(m.pending)
		m.mark(b+blockSize, b+at(b).size)
	}
	sweep()
}

// marking is a collection that finds what can be reached.
type marking struct {
	blocks  uintptr // where the address of each block stands, in their order
	count   uintptr // of blocks
	pending uintptr // behind the last address of a block that is still to be looked at
}

// mark looks at each word between two addresses.
func (m *marking) mark(from, to uintptr) {
	for ; from < to; from += wordSize {
		address := *word(from)
		if address < heapStart || address >= top {
			continue
		}
		first, count := uintptr(0), m.count // the block is among these
		for count > 1 {
			half := count / 2
			if *word(m.blocks + (first+half)*wordSize) <= address {
				first += half
				count -= half
			} else {
				count = half
			}
		}
		b := *word(m.blocks + first*wordSize)
		if at(b).use == taken {
			at(b).use = reached
			*word(m.pending) = b
			m.pending += wordSize
		}
	}
}

// sweep frees what was not reached, and joins what is free.
func sweep() {
	hole = heapStart
	live := 0
	var last *block // the free one that ends where the next begins
	for b := heapStart; b < top; {
		one := at(b)
		b += one.size
		switch one.use {
		case reached:
			one.use = taken
			live += int(one.size)
			last = nil
			continue
		case taken:
			overwrite(one.content())
		}
		if last != nil {
			last.size += one.size
			continue
		}
		one.use = free
		last = one
	}
	budget = untilNext(live)
}
