"""A proxy whose connections break: each after a random number of bytes from the server, in the middle of whatever it carries.

usage: cutting_proxy.py PORT SEED MEAN_BYTES      prints the port that it listens on; SIGUSR1 ends the cutting, the proxy goes on
"""

import asyncio
import random
import signal
import sys


class Proxy:
    def __init__(self, port, seed, mean):
        self.port = port
        self.mean = mean
        self.random = random.Random(seed)

    async def serve(self, client, client_writer):
        try:
            server, server_writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return client_writer.close()
        limit = self.random.expovariate(1 / self.mean) if self.mean else float("inf")
        pumps = [asyncio.create_task(self.pump(client, server_writer, float("inf"))), asyncio.create_task(self.pump(server, client_writer, limit))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for writer in (client_writer, server_writer):
            writer.transport.abort()
        for pump in pumps:
            pump.cancel()

    @staticmethod
    async def pump(reader, writer, limit):
        try:
            while limit > 0 and (data := await reader.read(1 << 16)):
                writer.write(data[: int(min(limit, len(data)))])
                await writer.drain()
                limit -= len(data)
        except OSError:
            pass

    def stop_cutting(self):
        self.mean = 0


async def main():
    port, seed, mean = map(int, sys.argv[1:])
    proxy = Proxy(port, seed, mean)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, proxy.stop_cutting)
    listener = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
