"""Ways to break file transfer, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

breaks = [
    Break(
        "the upload is taken for text, whose lines end otherwise",
        edit("client.py", 'storbinary("STOR', 'storlines("STOR'),
    ),
    Break(
        "another file comes back",
        edit("client.py", "returned.write)", "lambda _: returned.write(b'nothing'))"),
    ),
    Break("active mode is passive too", edit("client.py", 'mode == "passive"', "True")),
    Break("passive mode is active too", edit("client.py", 'mode == "passive"', "False")),
    Break(
        "the client looks at the list of files first",
        edit("client.py", "    returned = ", '    ftp.retrlines("LIST")\n    returned = '),
    ),
    Break(
        "the upload goes to a folder that there is not",
        edit("client.py", '"STOR parcel"', '"STOR nowhere/parcel"'),
    ),
    Break(
        "the client breaks the download off",
        edit(
            "client.py",
            'ftp.retrbinary("RETR parcel", returned.write)',
            'ftp.transfercmd("RETR parcel").close(); ftp.getmultiline()',
        ),
    ),
    Break("the password is wrong", edit("client.py", "lab-student", "lab-teacher")),
    Break(
        "the screen shows the password",
        edit("client.py", "debuglevel(1)", "debuglevel(1)\n    ftp.sanitize = repr"),
    ),
    Break(
        "another file is looked at on the server",
        replace_words("sha256sum /home/student/parcel", "sha256sum /etc/hostname"),
    ),
    Break("the server is cut off from the network", cut_off("files")),
]
