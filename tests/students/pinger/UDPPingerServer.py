# UDPPingerServer.py
# We will need the following module to generate randomized lost packets
import random
from socket import *

serverSocket = socket(AF_INET, SOCK_DGRAM)
serverSocket.bind(("", 12000))
n = 0
while True:
    n += 1
    message, address = serverSocket.recvfrom(1024)
    message = message.upper()
    # every fourth is lost
    if n % 4 == 0:
        continue
    serverSocket.sendto(message, address)
