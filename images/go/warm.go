// Names what a network program uses of the library that differs without C.
package main

import (
	_ "net"
	_ "net/http"
	_ "os/user"
)

func main() {}
