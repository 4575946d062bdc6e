"""Offer the service by a manager of multiprocessing: pickles, for who knows the key."""

import sys
from multiprocessing.managers import BaseManager

from service import Service

own_word, key = sys.argv[1:]
service = Service(own_word)

BaseManager.register("service", lambda: service)
BaseManager(("0.0.0.0", 15092), key.encode()).get_server().serve_forever()
