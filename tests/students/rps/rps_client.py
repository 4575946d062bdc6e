import socket
import sys

s = socket.socket()
s.connect((sys.argv[1], int(sys.argv[2])))
print(s.recv(100).decode())
move = input("rock, paper or scissors? ")
while move not in ("rock", "paper", "scissors"):
    print("That is no move!")
    move = input("rock, paper or scissors? ")
s.sendall(move.encode())
print("Result:", s.recv(100).decode())
