"""Ways to break file transfer, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

FILES = "/home/student/parcel /home/student/answer"

breaks = [
    Break(
        "the upload is taken for text, whose lines end otherwise",
        edit("client.py", 'storbinary("STOR', 'storlines("STOR'),
    ),
    Break("another file is sent", edit("client.py", "word.encode()", 'b"violet"')),
    Break("another file is fetched", edit("client.py", '"RETR answer"', '"RETR parcel"')),
    Break(
        "the client prints what it should have fetched",
        edit("client.py", "answer.getvalue()", 'b"marble\\n" * 1500'),
    ),
    Break(
        "a script prints the digests of files that it has not looked at",
        replace_words(f"sha256sum {FILES}", f"echo {'23c5' * 16} {FILES}"),
    ),
    Break("active mode is passive too", edit("client.py", 'mode == "passive"', "True")),
    Break("passive mode is active too", edit("client.py", 'mode == "passive"', "False")),
    Break(
        "the client looks at the list of files first",
        edit("client.py", "    answer = ", '    ftp.retrlines("LIST")\n    answer = '),
    ),
    Break(
        "the upload goes to a folder that there is not",
        edit("client.py", '"STOR parcel"', '"STOR nowhere/parcel"'),
    ),
    Break(
        "the client breaks the download off",
        edit(
            "client.py",
            'ftp.retrbinary("RETR answer", answer.write)',
            'ftp.transfercmd("RETR answer").close(); ftp.getmultiline()',
        ),
    ),
    Break("the password is wrong", edit("client.py", "lab-student", "lab-teacher")),
    Break(
        "the screen shows the password",
        edit("client.py", "debuglevel(1)", "debuglevel(1)\n    ftp.sanitize = repr"),
    ),
    Break("the server is cut off from the network", cut_off("files")),
]
