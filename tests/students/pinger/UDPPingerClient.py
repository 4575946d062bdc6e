from socket import *
import time

serverName = "192.168.1.20"
serverPort = 12000
clientSocket = socket(AF_INET, SOCK_DGRAM)
clientSocket.settimeout(3)
for i in range(1, 6):
    start = time.time()
    try:
        clientSocket.sendto(f"ping {i}".encode(), (serverName, serverPort))
        data, server = clientSocket.recvfrom(1024)
        print(data.decode(), "RTT", "%.0f" % (time.time() - start), "s")
    except timeout:
        print("Request timed out")
clientSocket.close()
