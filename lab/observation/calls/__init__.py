"""The system calls that a program made, as strace(1) saw them, and what follows from them."""
