"""The live page: the lab while it is up, to teach from and to work beside.

A door beside ``cli``: no other room knows of it. ``serving`` starts it; ``app`` says what is
served, ``gate`` to whom.
"""
