import socket

s = socket.socket()
s.bind(("localhost", 9999))
s.listen(1)
while True:
    conn, addr = s.accept()
    conn.send(b"Thank you for connecting")
    conn.close()
