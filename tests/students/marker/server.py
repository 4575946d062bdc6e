import socket


def read_until(conn, marker):
    data = b""
    while not data.endswith(marker):
        part = conn.recv(16)
        if part == b"":
            return data
        data += part
    return data


with socket.socket() as s:
    s.bind(("", 7000))
    s.listen()
    while True:
        conn, addr = s.accept()
        with conn:
            text = read_until(conn, b"<END>")
            print("got", len(text), "bytes")
            conn.sendall(text.replace(b"<END>", b"").upper() + b"<END>")
