"""Keep the queue of all jobs: clients bring tasks, and workers come and go."""

import asyncio
import sys

from distributed import Scheduler
from distributed.diagnostics.plugin import SchedulerPlugin


class Diary(SchedulerPlugin):
    """Print who comes and who goes."""

    def __init__(self):
        self.names = {}

    def add_worker(self, scheduler, worker):
        self.names[worker] = scheduler.workers[worker].name
        print(f"{self.names[worker]} is here")

    def remove_worker(self, scheduler, worker):
        print(f"{self.names[worker]} is gone")


async def main(address, port):
    async with Scheduler(host=address, port=port, plugins=[Diary()]) as scheduler:
        print("open at", scheduler.address)
        await scheduler.finished()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
