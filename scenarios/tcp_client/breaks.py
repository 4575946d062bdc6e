"""Ways to break TCP client, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

HASTY = """
import socket
with socket.create_server(("", 80), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, _ = listener.accept()
        try:
            head = b"HTTP/1.0 200 OK\\r\\nContent-Length: 8107\\r\\n\\r\\n"
            connection.sendall(head + open("numbers.txt", "rb").read())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1024):
                pass
        except OSError:
            pass
        connection.close()
"""

breaks = [
    Break("the client asks for another file", edit("basic0.py", "GET {path}", "GET {path}x")),
    Break(
        "the client takes the first chunk for the whole answer",
        edit("basic0.py", "        chunks.append(chunk)", "        chunks.append(chunk); break"),
    ),
    Break(
        "the client forgets the last chunk",
        edit("basic0.py", 'b"".join(chunks)', 'b"".join(chunks[:-1])'),
    ),
    Break(
        "the client counts each byte as a chunk of its own, and one more",
        edit("basic0.py", "{len(chunks)} chunks", "{len(answer) + 1} chunks"),
    ),
    Break(
        "the client does not say which server it wants",
        edit("basic0.py", "Host: {host}\\r\\n", ""),
    ),
    Break(
        "the client closes its own side first",
        edit(
            "basic0.py",
            's.sendall(bytes(request, "utf8"))',
            # Without the last line end the server waits for more, so that the client is first.
            's.sendall(bytes(request, "utf8")[:-2]); s.shutdown(1)',
        ),
    ),
    Break(
        "the misplaced parenthesis is where it belongs",
        edit("slide.py", '\\n\\n"), "utf8")', '\\n\\n", "utf8"))'),
    ),
    Break(
        "the client says itself who the sender is",
        edit("slide_sendto.py", "s.recvfrom(1024)", "(s.recv(1024), s.getpeername())"),
    ),
    Break(
        "the client prints what it should have received",
        edit("basic0.py", "{body.decode().splitlines()[-1]}", "marble"),
    ),
    Break(
        "the client with sendto prints what it should have received, and asks nobody",
        edit("slide_sendto.py", "    s.sendto(", "    ("),
        edit("slide_sendto.py", "s.recvfrom(1024)", "b'HTTP/1.0 200 OK', None"),
    ),
    Break(
        "the server answers before it is asked",
        # Words are cut at spaces, so the program is typed without any.
        replace_words("-m http.server", f"-c exec(bytes.fromhex('{HASTY.encode().hex()}'))"),
    ),
    Break(
        "the file has lost a line",
        edit("numbers.txt", "line 150 of 300, 150 to go\n", ""),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
