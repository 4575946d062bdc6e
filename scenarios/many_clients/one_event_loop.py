"""Greet clients by name, all in one thread: asyncio goes on with another wherever one awaits."""

import asyncio
import sys


async def greet(reader, writer):
    writer.write(b"Who are you?\n")
    name = await reader.readline()
    print(f"greeted {name.decode()}", end="")
    writer.write(sys.argv[1].encode() + b" greets " + name)
    writer.close()
    await writer.wait_closed()


async def main():
    server = await asyncio.start_server(greet, None, 15033)  # None: every address, IPv4 and IPv6
    await server.serve_forever()


asyncio.run(main())
