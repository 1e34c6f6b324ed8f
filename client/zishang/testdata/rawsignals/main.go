// A program that has the library, and does not care for signals.
package main

import (
	"fmt"
	"time"

	_ "github.com/zishang520/socket.io/clients/socket/v3"
)

func main() {
	fmt.Println("ready")
	time.Sleep(time.Minute)
}
