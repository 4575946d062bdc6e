"""Call the service by a manager: the object stays there, and a proxy of it is here."""

import sys
from multiprocessing.managers import BaseManager

from attempt import attempt_all

host, word, number, key = sys.argv[1:]

BaseManager.register("service")
manager = BaseManager((host, 15092), key.encode())
manager.connect()
attempt_all(manager.service(), word, number)
