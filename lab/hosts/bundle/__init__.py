"""The same lab on many machines: one file with everything, and the proof that two are alike."""
