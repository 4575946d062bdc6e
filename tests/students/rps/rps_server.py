import socket

BEATS = {"rock": "scissors", "paper": "rock", "scissors": "paper"}

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", 6789))
s.listen(2)
print("Waiting for two players...")
p1, a1 = s.accept()
p1.sendall(b"You are player 1")
p2, a2 = s.accept()
p2.sendall(b"You are player 2")
m1 = p1.recv(100).decode().strip()
m2 = p2.recv(100).decode().strip()
print("Player 1:", m1, "Player 2:", m2)
if m1 == m2:
    result = "Draw"
elif BEATS[m1] == m2:
    result = "Player 1 wins"
else:
    result = "Player 2 wins"
p1.sendall(result.encode())
p2.sendall(result.encode())
p1.close()
p2.close()
print(result)
