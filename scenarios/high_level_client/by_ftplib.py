"""Store a file and fetch it again with ftplib."""

import ftplib
import io
import sys

host, word = sys.argv[1:]

with ftplib.FTP(host, "student", "lab-student", timeout=5) as ftp:
    print(ftp.storbinary("STOR word.txt", io.BytesIO(word.encode())))
    ftp.retrbinary("RETR word.txt", print)
