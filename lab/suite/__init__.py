"""Many runs: pytest, verdicts, proofs, tables, and what is published."""
