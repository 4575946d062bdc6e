"""Ways to break the distributed job, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the workers answer with the digest of another text",
        edit("worker.py", 'share["text"].encode()', 'share["text"].upper().encode()'),
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "spread.py",
            "print(*(results[number] for number in range(SHARES)))",
            "import hashlib\n\n"
            "texts = [f'violet {number}' for number in range(SHARES)]\n"
            "print(*(hashlib.sha256(text.encode()).hexdigest()[:8] for text in texts))",
        ),
    ),
    Break(
        "the client does all shares itself, and sends them to nobody",
        edit("spread.py", "print(json.dumps(share), file=lines, flush=True)", "pass"),
        edit(
            "spread.py",
            "json.loads(lines.readline())",
            '{"number": number, "result": sha256(share["text"].encode()).hexdigest()[:8]}',
        ),
        edit("spread.py", "import sys\n", "import sys\nfrom hashlib import sha256\n"),
    ),
    Break(
        "the workers need no time",
        edit("worker.py", "time.sleep(TURN)", "time.sleep(TURN * 0.01)"),
    ),
    Break(
        "one thread serves all workers",
        edit("spread.py", "ThreadPoolExecutor(len(workers))", "ThreadPoolExecutor(1)"),
    ),
    Break(
        "a share that was lost does not go back",
        edit(
            "spread.py",
            "                waiting.put(number)\n                return",
            "                results[number] = ''\n                return",
        ),
    ),
    Break(
        "another share goes back than the one that was lost",
        edit("spread.py", "and share {number} goes back", "and share {SHARES} goes back"),
    ),
    Break(
        "the worker answers before it is lost",
        edit("worker.py", "os._exit(0)", "pass"),
    ),
    Break(
        "the workers say that they took what they did not hear",
        edit("worker.py", "took {share['text']}", "took violet {share['number']}"),
    ),
    Break("a worker is cut off from the network", cut_off("worker2")),
]
