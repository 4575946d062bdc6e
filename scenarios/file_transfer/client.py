"""Send a file to an FTP server and fetch another: passive or active. Print all that is said."""

import ftplib
import hashlib
import io
import sys

host, mode, word = sys.argv[1:]
parcel = (word.encode() + bytes(range(256))) * 40

with ftplib.FTP(host, timeout=5) as ftp:
    ftp.set_debuglevel(1)
    ftp.login("student", "lab-student")
    ftp.set_pasv(mode == "passive")
    ftp.storbinary("STOR parcel", io.BytesIO(parcel))
    answer = io.BytesIO()
    ftp.retrbinary("RETR answer", answer.write)

print("sent   ", hashlib.sha256(parcel).hexdigest())
print("fetched", hashlib.sha256(answer.getvalue()).hexdigest())
