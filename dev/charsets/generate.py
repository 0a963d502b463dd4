#!/usr/bin/env python3
"""usage: generate.py MYSQL_PORT MARIADB_PORT FOLDER

Asks two running test servers what each code of each of their character sets is in Unicode, and writes the tables that the reader of the
binary log converts by: CharacterSets+Generated.swift, DoubleByteTables+Generated.swift and Collations+Generated.swift in FOLDER.
Says on stderr where the servers disagree; MySQL's tables are written, MariaDB's where MySQL has none.
"""
import base64
import struct
import sys
import zlib

import pymysql

UNICODE = {"utf8mb3", "utf8mb4", "utf8", "ucs2", "utf16", "utf16le", "utf32", "binary"}
DOUBLE = ["big5", "cp932", "euckr", "eucjpms", "gb18030", "gb2312", "gbk", "sjis", "ujis"]
# A table that is little different from another one is kept as the difference.
BASE = {"gb18030": "gbk", "gb2312": "gbk", "sjis": "cp932", "eucjpms": "ujis"}


class Server:
    def __init__(self, port):
        self.connection = pymysql.connect(
            host="127.0.0.1", port=int(port), user="app", password="apppass", charset="utf8mb4", autocommit=True)
        self.run("CREATE DATABASE IF NOT EXISTS charset_codes")
        self.run("USE charset_codes")
        self.run("SET sql_mode = ''")

    def run(self, sql, *arguments):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, *arguments)
            return cursor.fetchall()

    def charsets(self):
        names = {row[0] for row in self.run("SELECT character_set_name FROM information_schema.character_sets")}
        return {"utf8mb3" if name == "utf8" else name for name in names}

    def collations(self):
        """Charset by collation number."""
        try:
            rows = self.run(
                "SELECT id, character_set_name FROM information_schema.collation_character_set_applicability WHERE id IS NOT NULL")
        except pymysql.err.OperationalError:
            rows = self.run("SELECT id, character_set_name FROM information_schema.collations")
        return {number: "utf8mb3" if name == "utf8" else name for number, name in rows}

    def characters(self, charset, codes):
        """The code point of each code, 0 for none."""
        self.run("DROP TABLE IF EXISTS codes")
        self.run("CREATE TABLE codes (b VARBINARY(4))")
        for start in range(0, len(codes), 20000):
            values = ",".join(f"(x'{code.hex()}')" for code in codes[start:start + 20000])
            self.run("INSERT INTO codes VALUES " + values)
        found = dict(self.run(f"SELECT b, HEX(CONVERT(CONVERT(b USING {charset}) USING utf32)) FROM codes"))
        return [self.single(found.get(code), code) for code in codes]

    @staticmethod
    def single(text, code):
        if text is None or len(text) != 8:
            return 0
        point = int(text, 16)
        return 0 if point == 0x3F and code != b"?" else point


def bytewise(server, charset):
    return server.characters(charset, [bytes([n]) for n in range(256)])


def pairs(server, charset):
    """Without those that begin with a byte that is a character by itself."""
    alone = bytewise(server, charset)
    found = server.characters(charset, [bytes([n >> 8, n & 255]) for n in range(0x8000, 0x10000)])
    return [0 if alone[n + 0x8000 >> 8] else point for n, point in enumerate(found)]


def triples(server, charset):
    return server.characters(charset, [bytes([0x8F, n >> 8, n & 255]) for n in range(0x8000, 0x10000)])


def four_bytes(server, pair_table):
    """Checks the rule by which the four-byte codes of gb18030 follow from its pairs: the rest of the plane, in order."""
    # The edition of 2005 exchanged two codes: the pair took the letter, its code of four bytes the letter's former place.
    taken = set(pair_table) - {0x1E3F} | {0xE7C7}
    rest = [point for point in range(0x80, 0x10000) if point not in taken and not 0xD800 <= point <= 0xDFFF]
    rest = [0xE7C7 if point == 0x1E3F else point for point in rest]
    codes = []
    for linear in range(len(rest)):
        first, more = divmod(linear, 12600)
        second, more = divmod(more, 1260)
        third, fourth = divmod(more, 10)
        codes.append(bytes([0x81 + first, 0x30 + second, 0x81 + third, 0x30 + fourth]))
    told = server.characters("gb18030", codes)
    wrong = [(code.hex(), hex(a), hex(b)) for code, a, b in zip(codes, rest, told) if a != b]
    print(f"gb18030: {len(rest)} codes of four bytes, {len(wrong)} off the rule: {wrong[:20]}", file=sys.stderr)


def packed(table):
    return base64.b64encode(zlib.compress(struct.pack(f"<{len(table)}H", *table), 9)).decode()


def literal(text, width=140):
    lines = [text[start:start + width] for start in range(0, len(text), width)]
    return '"""\n' + "\\\n".join("    " + line for line in lines) + '\n    """'


HEADER = "// Made by dev/charsets/generate.py from MySQL {} and MariaDB {}: do not edit.\n\n"


def main():
    mysql, maria = Server(sys.argv[1]), Server(sys.argv[2])
    folder = sys.argv[3]
    header = HEADER.format(*(s.run("SELECT VERSION()")[0][0].split("-")[0] for s in (mysql, maria)))
    names = sorted((mysql.charsets() | maria.charsets()) - UNICODE)
    tables = {"bytes": {}, "pairs": {}, "triples": {}}
    for name in names:
        for part, ask in (("bytes", bytewise), ("pairs", pairs), ("triples", triples)):
            if part != "bytes" and name not in DOUBLE or part == "triples" and name not in ("ujis", "eucjpms"):
                continue
            told = [ask(s, name) if name in s.charsets() else None for s in (mysql, maria)]
            if None not in told and told[0] != told[1]:
                different = [(hex(n), hex(a), hex(b)) for n, (a, b) in enumerate(zip(*told)) if a != b]
                print(f"{name} {part}: {len(different)} differ: {different[:12]}", file=sys.stderr)
            tables[part][name] = told[0] or told[1]
    four_bytes(mysql, tables["pairs"]["gb18030"])

    with open(f"{folder}/CharacterSets+Generated.swift", "w") as out:
        out.write(header + "extension CharacterSets {\n")
        out.write("  /// The character of each byte in hexadecimal, four digits each; 0000 for none.\n")
        out.write("  static let bytes: [String: String] = [\n")
        for name in names:
            text = "".join(f"{point:04x}" for point in tables["bytes"][name])
            out.write(f'    "{name}": {literal(text, 128)},\n')
        out.write("  ]\n}\n")
    with open(f"{folder}/DoubleByteTables+Generated.swift", "w") as out:
        out.write(header + "extension DoubleByteTables {\n")
        for part in ("pairs", "triples"):
            out.write(f"  static let {part}: [String: String] = [\n")
            for name, table in sorted(tables[part].items()):
                base = tables[part].get(BASE.get(name))
                text = packed([a ^ b for a, b in zip(table, base)] if base else table)
                out.write(f'    "{name}": {literal(text)},\n')
            out.write("  ]\n\n")
        out.write("  /// Tables that are kept as the difference from another one.\n  static let bases: [String: String] = [\n")
        out.write("".join(f'    "{name}": "{base}",\n' for name, base in sorted(BASE.items())) + "  ]\n}\n")
    both = maria.collations()
    for number, name in mysql.collations().items():
        if both.get(number, name) != name:
            print(f"collation {number}: {name} and {both[number]}", file=sys.stderr)
        both[number] = name
    with open(f"{folder}/Collations+Generated.swift", "w") as out:
        out.write(header + "extension Collations {\n  /// Numbers of collations, as ranges, by character set.\n")
        out.write("  static let ranges: [(name: String, numbers: [ClosedRange<Int>])] = [\n")
        for name in sorted(set(both.values())):
            ranges = []
            for number in sorted(number for number in both if both[number] == name):
                if ranges and ranges[-1][1] == number - 1:
                    ranges[-1][1] = number
                else:
                    ranges.append([number, number])
            texts = [f"{low}...{high}" for low, high in ranges]
            if len(texts) == 1:
                out.write(f'    ("{name}", [{texts[0]}]),\n')
                continue
            lines = [", ".join(texts[start:start + 8]) for start in range(0, len(texts), 8)]
            out.write(f'    (\n      "{name}",\n      [\n' + "".join(f"        {line},\n" for line in lines) + "      ]\n    ),\n")
        out.write("  ]\n}\n")


main()
