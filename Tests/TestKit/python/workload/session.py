"""A connection that survives its server."""

import time

import pymysql

# The server is gone, is going, or ended this connection.
LOST = {0, 1053, 1152, 1158, 1159, 1160, 1161, 1927, 2003, 2006, 2013, 2014, 2055}
PATIENCE = 120


class Refused(Exception):
    """The server did not do it: a key that is there, a value that does not fit, a name that is taken."""


class Session:
    def __init__(self, port, database):
        self.port = port
        self.database = database
        self.counts = {"done": 0, "refused": 0, "lost": 0}
        self.refusals = self.counts.setdefault("refusals", {})
        self.connection = None
        self.connect()

    def connect(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.connection = pymysql.connect(
                    host="127.0.0.1", port=self.port, user="app", password="apppass", database=self.database, charset="utf8mb4", autocommit=True,
                    ssl_disabled=True)
                with self.connection.cursor() as cursor:
                    cursor.execute("SET time_zone = '+00:00', innodb_lock_wait_timeout = 20")
                return
            except pymysql.err.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def execute(self, sql, values=()):
        """The rows that the statement answers. Raises Refused when the server says no."""
        with self.connection.cursor() as cursor:
            try:
                cursor.execute(sql, values or None)
                return cursor.fetchall()
            except (pymysql.err.InterfaceError, pymysql.err.MySQLError) as error:
                if self.is_lost(error):
                    raise
                self.refusals[str(error.args[0])] = self.refusals.get(str(error.args[0]), 0) + 1
                raise Refused(error.args[0], sql[:200]) from None

    @staticmethod
    def is_lost(error):
        return not error.args or error.args[0] in LOST

    def attempt(self, work):
        """Does `work`, counts how it went and answers whether it is done. A lost server is waited for: then nobody knows."""
        try:
            work()
            self.counts["done"] += 1
            return True
        except Refused:
            self.counts["refused"] += 1
        except (pymysql.err.InterfaceError, pymysql.err.MySQLError) as error:
            if not self.is_lost(error):
                raise
            self.counts["lost"] += 1
            self.connect()
        return False

    def begin(self):
        self.execute("BEGIN")

    def commit(self):
        self.execute("COMMIT")

    def rollback(self):
        self.execute("ROLLBACK")


def quoted(name):
    return "`" + name.replace("`", "``") + "`"
