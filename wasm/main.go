//go:build js && wasm

// Command wasm is the page's side of Go: it joins the token's life and the two
// protocol generations to the JavaScript around it. js/src/seam.ts is the other
// side of its doors.
package main

// version locks this program to the JavaScript that was built with it.
var version = "dev"

// The page calls the exports from here on.
func main() { select {} }
