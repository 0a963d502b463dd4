"""Values for columns: edges as often as anything else."""

import datetime
import decimal
import json
import re
import uuid

WORDS = ["apple", "Böhm", "订单", "😀👍🏽", "naïve", "O'Reilly", 'say "hi"', "back\\slash", "tab\there", "line\nbreak", "", " pad ", "zażółć", "𠜎𠜱",
         "%_;--", "null", "🇨🇳", "0"]
ALPHABETS = {"latin1": "abcé£ñ ß€", "gbk": "中文订单数据abc", "ascii": "abc ~!", "sjis": "表ソ能日本ｱ", "utf16": "é中😀a", "ucs2": "é中Яa"}
BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
BASE = datetime.datetime(2000, 1, 1)


class Values:
    def __init__(self, random):
        self.random = random

    def of(self, column):
        """A value for a column that is no key."""
        if column.nullable and self.random.random() < 0.12:
            return None
        return self.value(column)

    def key(self, column):
        """A value for a column of a key: of so many that it is hardly there yet."""
        number = self.random.randrange(1_000_000)
        if column.kind in ("char", "varchar"):
            return f"{self.random.choice(['Key', 'é', 'z', '中', '😀'])}{number}"[: column.length]
        if column.kind in ("binary", "varbinary"):
            return self.random.randbytes(column.length if column.kind == "binary" else self.random.randint(5, column.length))
        if self.random.random() < 0.02 or column.kind in ("enum", "tinyint"):
            return self.value(column)
        if column.kind in BITS:
            return self.random.getrandbits(BITS[column.kind]) - (0 if column.unsigned else 2 ** (BITS[column.kind] - 1))
        if column.kind == "decimal":
            return decimal.Decimal(self.random.randrange(-(10**18), 10**18)).scaleb(-column.scale)
        return self.moment(column, [])

    def value(self, column):
        random, kind = self.random, column.kind
        if column.is_json:
            return json.dumps(self.document(), ensure_ascii=False)
        if kind in BITS:
            return self.integer(BITS[kind], column.unsigned)
        if kind == "bit":
            return random.choice([0, 1, 2**column.precision - 1, random.getrandbits(column.precision)])
        if kind == "decimal":
            return self.decimal(column.precision, column.scale)
        if kind == "float":
            return random.choice([0.0, 1.5, -2.25, 0.1, 3.4e38, round(random.uniform(-1e4, 1e4), 3)])
        if kind == "double":
            return random.choice([0.0, 1.5, -2.25, 1e300, -1e-300, 0.1, random.uniform(-1e6, 1e6)])
        if kind in ("char", "varchar", "tinytext", "text", "mediumtext", "longtext"):
            return self.text(column)
        if kind in ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"):
            return random.randbytes(random.randint(0, min(column.length, 60)))
        if kind in ("enum", "set"):
            return self.members(column)
        return getattr(self, kind)(column)

    def integer(self, bits, unsigned):
        low, high = (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        return self.random.choice([low, high, 0, self.random.randint(low, high), self.random.randint(max(low, -1000), min(high, 1000))])

    def decimal(self, precision, scale):
        digits = self.random.randint(1, precision)
        most = 10**precision - 1
        number = self.random.choice([0, 1, -1, most, -most, self.random.randint(-(10**digits) + 1, 10**digits - 1)])
        return decimal.Decimal(number).scaleb(-scale, decimal.Context(prec=80))

    def text(self, column):
        random = self.random
        room = min(column.length, 60)
        if alphabet := ALPHABETS.get(column.charset):
            return "".join(random.choice(alphabet) for _ in range(random.randint(0, min(room, 20))))
        text = " ".join(random.choice(WORDS) for _ in range(random.randint(0, 5)))[:room]
        return text * random.choice([1, 1, 1, 40]) if column.kind in ("text", "mediumtext", "longtext") else text.encode()[:250].decode(errors="ignore")

    def members(self, column):
        members = [member.replace("''", "'") for member in re.findall(r"'((?:[^']|'')*)'", column.spelling)]
        if column.kind == "enum":
            return self.random.choice(members)
        return ",".join(member for member in members if self.random.random() < 0.4)

    def document(self, depth=0):
        random = self.random
        kind = random.randint(0, 6 if depth < 3 else 4)
        if kind == 5:
            return [self.document(depth + 1) for _ in range(random.randint(0, 3))]
        if kind == 6:
            return {f"k{random.randint(0, 9)}": self.document(depth + 1) for _ in range(random.randint(0, 4))}
        return [None, random.random() < 0.5, random.randint(-(2**53), 2**53), round(random.uniform(-1e6, 1e6), 4), random.choice(WORDS)][kind]

    def date(self, _):
        return self.random.choice(["1000-01-01", "9999-12-31", "1970-01-01", "2024-02-29", (BASE + datetime.timedelta(self.random.randint(0, 12000))).date()])

    def datetime(self, column):
        return self.moment(column, [datetime.datetime(1000, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)])

    def timestamp(self, column):
        return self.moment(column, [datetime.datetime(1970, 1, 1, 0, 0, 1), datetime.datetime(2038, 1, 19, 3, 14, 7)])

    def moment(self, column, edges):
        whole = BASE + datetime.timedelta(seconds=self.random.randint(0, 10**9), microseconds=self.random.randrange(1_000_000))
        moment = self.random.choice([*edges, whole, whole, whole])
        unit = 10 ** (6 - column.digits)
        return moment.replace(microsecond=moment.microsecond // unit * unit)

    def time(self, column):
        seconds = self.random.choice([0, 3020399, -3020399, self.random.randint(-90000, 90000)])
        text = f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600:02d}:{abs(seconds) // 60 % 60:02d}:{abs(seconds) % 60:02d}"
        if not column.digits or abs(seconds) == 3020399:
            return text
        return f"{text}.{self.random.randrange(10**column.digits):0{column.digits}d}"

    def year(self, _):
        return self.random.choice([1901, 2155, self.random.randint(1970, 2100)])

    def uuid(self, _):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def inet6(self, _):
        return self.random.choice(["::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.128", f"2001:db8::{self.random.randrange(65536):x}"])

    def inet4(self, _):
        return ".".join(str(self.random.randrange(256)) for _ in range(4))

    def point(self, _):
        return f"POINT({self.random.randint(-180, 180)} {self.random.randint(-90, 90)})"

    geometry = point

    def vector(self, _):
        return str([round(self.random.uniform(-9, 9), 2) for _ in range(3)])
