from socket import *
import sys

serverSocket = socket(AF_INET, SOCK_STREAM)
serverPort = int(sys.argv[1]) if len(sys.argv) > 1 else 6789
serverSocket.bind(("", serverPort))
serverSocket.listen(1)
while True:
    print("Ready to serve...")
    connectionSocket, addr = serverSocket.accept()
    try:
        message = connectionSocket.recv(1024)
        filename = message.split()[1]
        f = open(filename[1:])
        outputdata = f.read()
        connectionSocket.send("HTTP/1.1 200 OK\r\n\r\n".encode())
        connectionSocket.send(outputdata.encode())
        connectionSocket.close()
    except IOError:
        connectionSocket.send("HTTP/1.1 404 Not Found\r\n\r\n".encode())
        connectionSocket.close()
