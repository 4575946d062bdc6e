"""Do the tasks of a scheduler: their code comes with them."""

import asyncio
import os
import socket
import sys
import warnings

from distributed import Worker, WorkerPlugin

scheduler, *fatal = sys.argv[1:]
host = socket.gethostname()
warnings.simplefilter("ignore")  # Dask looks for an address of IPv4, also where there is none.


class Diary(WorkerPlugin):
    """Print which tasks are begun. The first of a fatal job ends this worker."""

    def transition(self, key, start, finish, **more):
        if finish == "executing":
            print(f"took {key}")
            if key.startswith(tuple(fatal)):
                sys.stdout.flush()
                os._exit(0)  # as if the power had failed


async def main():
    async with Worker(
        scheduler, host=host, name=host, port=8788, nthreads=1, plugins=[Diary()]
    ) as worker:
        await worker.finished()


asyncio.run(main())
