"""Send a file to an FTP server and fetch it back: passive or active. Print all that is said."""

import ftplib
import hashlib
import io
import sys

host, mode = sys.argv[1:]
parcel = (mode.encode() + bytes(range(256))) * 40

with ftplib.FTP(host, timeout=5) as ftp:
    ftp.set_debuglevel(1)
    ftp.login("student", "lab-student")
    ftp.set_pasv(mode == "passive")
    ftp.storbinary("STOR parcel", io.BytesIO(parcel))
    returned = io.BytesIO()
    ftp.retrbinary("RETR parcel", returned.write)

print("sent    ", hashlib.sha256(parcel).hexdigest())
print("returned", hashlib.sha256(returned.getvalue()).hexdigest())
