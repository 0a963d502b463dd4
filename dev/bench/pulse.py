"""Changes cdc.lineitem at a rate, and tells when each transaction was committed.

usage: pulse.py PORT ROWS RATE SECONDS      RATE row changes a second, 50 a transaction: 30 updates of random rows, 10 inserts, 10 deletes

Prints "BEAT SECONDS" a transaction: its number, which is the `beat` of the rows that it wrote, and the time of its commit.
"""

import random
import sys
import time

import pymysql

COLUMNS = ("l_orderkey, l_partkey, l_suppkey, l_linenumber, l_quantity, l_extendedprice, l_discount, l_tax, l_returnflag, l_linestatus, l_shipdate,"
           " l_commitdate, l_receiptts, l_shipinstruct, l_shipmode, l_comment")
UPDATES, INSERTS, DELETES = 30, 10, 10


def main():
    port, rows, rate, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    connection = pymysql.connect(host="127.0.0.1", port=port, user="app", password="apppass", database="cdc", ssl_disabled=True)
    choice = random.Random(1)
    lowest, highest = 1, rows
    pause = (UPDATES + INSERTS + DELETES) / rate
    began = time.monotonic()
    beat = 0
    with connection.cursor() as cursor:
        while time.monotonic() - began < seconds:
            beat += 1
            chosen = ",".join(str(choice.randint(lowest, highest)) for _ in range(UPDATES))
            cursor.execute(f"UPDATE lineitem SET l_quantity = l_quantity + 1, l_shipmode = 'PULSE', beat = {beat} WHERE id IN ({chosen})")
            cursor.execute(
                f"INSERT INTO lineitem SELECT id + {highest - lowest + 1}, {COLUMNS}, {beat} FROM lineitem WHERE id BETWEEN {lowest} AND {lowest + INSERTS - 1}")
            cursor.execute(f"DELETE FROM lineitem WHERE id BETWEEN {lowest} AND {lowest + DELETES - 1}")
            lowest += DELETES
            highest += INSERTS
            connection.commit()
            print(beat, time.time(), flush=beat % 20 == 0)
            ahead = beat * pause - (time.monotonic() - began)
            if ahead > 0:
                time.sleep(ahead)


if __name__ == "__main__":
    main()
