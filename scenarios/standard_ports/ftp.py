"""FTP, port 21: log in and ask for the current directory."""

import ftplib
import sys

with ftplib.FTP(sys.argv[1], timeout=5) as ftp:
    print(ftp.getwelcome())
    print(ftp.login("student", "lab-student"))
    print(ftp.sendcmd("PWD"))
