import os
import socket

import quiz

with open(os.path.join(os.path.dirname(__file__), "data", "questions.txt")) as file:
    questions = [line.strip().split("|") for line in file]

listener = socket.create_server(("", 4444))
while True:
    sock, address = listener.accept()
    right = 0
    for question, answer in questions:
        quiz.send(sock, {"question": question})
        right += quiz.receive(sock)["answer"] == answer
    quiz.send(sock, {"right": right, "of": len(questions)})
    sock.close()
