package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
)

func main() {
	conn, err := net.Dial("tcp", os.Args[1]+":"+os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	for _, word := range []string{"hello", "gopher"} {
		fmt.Fprintln(conn, word)
		answer, _ := bufio.NewReader(conn).ReadString('\n')
		fmt.Print("Server says: ", answer)
	}
}
