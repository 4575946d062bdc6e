"""What can be called from another host."""

import os


class Service:
    def __init__(self, own_word, close=lambda: None):
        self.own_word, self.close = own_word, close

    def greet(self, name):
        print(f"asked to greet {name}")
        return f"{self.own_word} greets {name}"

    def divide(self, number, by):
        return number / by

    def pay(self, amount):
        print(f"paid {amount}", flush=True)
        self.close()  # nobody listens any more
        os._exit(0)  # and the program is gone, before it has answered
