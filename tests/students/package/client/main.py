import socket
import sys

import quiz

HOST, PORT = sys.argv[1], int(sys.argv[2])
sock = socket.create_connection((HOST, PORT))
while True:
    message = quiz.receive(sock)
    if "right" in message:
        print(f"{message['right']} of {message['of']} right")
        break
    quiz.send(sock, {"answer": input(message["question"] + " ")})
