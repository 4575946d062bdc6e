"""What runs inside a stepped program: its lanes, its debugger, the calls in which it waits."""
