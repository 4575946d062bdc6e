"""FTP, port 21: log in and make a directory."""

import ftplib
import sys

with ftplib.FTP(sys.argv[1], timeout=5) as ftp:
    print(ftp.getwelcome())
    print(ftp.login("student", "lab-student"))
    print(ftp.sendcmd(f"MKD {sys.argv[2]}"))
