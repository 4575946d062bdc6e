"""Ways to break the job that an engine spreads, and so to prove that its expectations can fail."""

from lab import Break, edit

breaks = [
    Break(
        "the function computes the digest of another text",
        edit("spread.py", "text.encode()", "text.upper().encode()"),
    ),
    Break(
        "the client prints what it should have heard",
        edit("spread.py", "sha256(text.encode())", "sha256(text.upper().encode())"),
        edit(
            "spread.py",
            "print(*results)",
            "print(*(hashlib.sha256(text.encode()).hexdigest()[:8] for text in texts))",
        ),
    ),
    Break(
        "the client does all shares itself",
        edit("spread.py", "client.gather(shares)", "map(work, texts)"),
        edit("spread.py", "shares = client.map(work, texts, key=names)", "pass"),
    ),
    Break(
        "the client says that others did the shares",
        edit("spread.py", 'print(f"{host} did', 'print(f"{host[:-1]}5 did'),
    ),
    Break(
        "the shares need no time",
        edit("spread.py", "time.sleep(TURN)", "time.sleep(TURN * 0.01)"),
    ),
    Break(
        "the client brings one share, waits for it, and brings the next",
        edit(
            "spread.py",
            "client.map(work, texts, key=names)",
            "[\n"
            "        client.submit(work, text, key=name).result()\n"
            "        for text, name in zip(texts, names)\n"
            "    ]",
        ),
    ),
    Break(
        "the client fetches the results from the workers itself",
        edit("spread.py", "Client(scheduler)", "Client(scheduler, direct_to_workers=True)"),
    ),
    Break(
        "the worker survives",
        edit("worker.py", "os._exit(0)", "pass"),
    ),
    Break(
        "the scheduler gives up a share whose worker was lost",
        edit("scheduler.py", "plugins=[Diary()]", "plugins=[Diary()], allowed_failures=0"),
    ),
    Break(
        "the scheduler says that somebody else is gone",
        edit("scheduler.py", "{self.names[worker]} is gone", "worker2 is gone"),
    ),
    Break(
        "the workers say that they took what they did not",
        edit("worker.py", 'print(f"took {key}")', 'print("took share-0")'),
    ),
]
