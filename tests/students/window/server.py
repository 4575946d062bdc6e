import socket

HOST = ''
PORT = 8790

capitals = {'france': 'Paris', 'italy': 'Rome', 'peru': 'Lima', 'japan': 'Tokyo'}

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((HOST, PORT))
s.listen(5)
print('Waiting for questions ...')
while True:
    conn, addr = s.accept()
    conn.send(b'Ask me for a capital!')
    while True:
        data = conn.recv(1024)
        if not data:
            break
        country = data.decode()
        print('asked for', country)
        conn.send(capitals.get(country.lower(), 'I do not know').encode())
    conn.close()
