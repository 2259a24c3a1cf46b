#!/usr/bin/env python3
"""Puts items into another queue and takes them out again, one at a time, in one process.

usage: queues.py PEER FOLDER ITEMS full|normal
       queues.py --list

--list prints the peers whose packages are installed: litequeue, huey, persist-queue. Otherwise one
line of JSON: nanoseconds an item to put, and to take, work on (nothing) and finish, and what the
file is told about durability. FOLDER must exist; the peer makes its file there.
"""

import importlib.metadata
import importlib.util
import json
import os
import sys
import time

PEERS = {"litequeue": "litequeue", "huey": "huey", "persist-queue": "persistqueue"}
PAYLOAD = json.dumps({"customer": 4711, "directory": "example.org", "attempt": 1})


def litequeue(folder, synchronous):
    import litequeue as package

    queue = package.LiteQueue(os.path.join(folder, "queue.sqlite"))
    queue.conn.execute("PRAGMA synchronous = %d" % synchronous)

    def take():
        queue.done(queue.pop().message_id)

    return lambda: queue.put(PAYLOAD), take, queue.conn


def huey(folder, synchronous):
    import huey as package

    queue = package.SqliteHuey(filename=os.path.join(folder, "queue.sqlite"), results=False)
    queue.storage.conn.execute("PRAGMA synchronous = %d" % synchronous)

    @queue.task()
    def work(payload):
        return None

    return lambda: work(PAYLOAD), lambda: queue.execute(queue.dequeue()), queue.storage.conn


def persist_queue(folder, synchronous):
    import persistqueue as package

    queue = package.SQLiteAckQueue(folder, auto_commit=True)
    # It has one connection to put and one to take.
    for connection in {queue._putter, queue._getter}:
        connection.execute("PRAGMA synchronous = %d" % synchronous)
    return lambda: queue.put(PAYLOAD), lambda: queue.ack(queue.get(block=False)), queue._getter


def main(arguments):
    installed = [name for name, module in PEERS.items() if importlib.util.find_spec(module)]
    if arguments == ["--list"]:
        print("\n".join(installed))
        return 0
    if len(arguments) != 4 or arguments[0] not in installed or arguments[3] not in ("full", "normal"):
        print(__doc__, file=sys.stderr)
        return 2
    name, folder, count, mode = arguments[0], arguments[1], int(arguments[2]), arguments[3]
    make = {"litequeue": litequeue, "huey": huey, "persist-queue": persist_queue}[name]
    put, take, connection = make(folder, 2 if mode == "full" else 1)

    def measure(step):
        start = time.perf_counter_ns()
        for _ in range(count):
            step()
        return (time.perf_counter_ns() - start) / count

    figures = {"put": measure(put), "take": measure(take)}
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    figures["settings"] = "%s %s, journal_mode %s, synchronous %s" % (
        name, importlib.metadata.version(name), journal, {1: "NORMAL", 2: "FULL"}[synchronous])
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
