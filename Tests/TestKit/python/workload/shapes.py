"""The tables of a workload: a key of each kind, and columns of every type of the product spread over them."""

import catalog
from changes import Changes
from session import quoted

TYPES = [
    "TINYINT", "TINYINT UNSIGNED", "TINYINT(1)", "SMALLINT", "SMALLINT UNSIGNED", "MEDIUMINT", "MEDIUMINT UNSIGNED", "INT", "INT UNSIGNED", "BIGINT",
    "BIGINT UNSIGNED", "DECIMAL(38,10)", "DECIMAL(65,30)", "DECIMAL(10,0)", "DECIMAL(12,2)", "FLOAT", "DOUBLE", "BIT(1)", "BIT(20)", "BIT(64)", "DATE",
    "TIME", "TIME(6)", "DATETIME", "DATETIME(3)", "DATETIME(6)", "TIMESTAMP", "TIMESTAMP(6)", "YEAR", "CHAR(10)", "VARCHAR(255)",
    "VARCHAR(50) CHARACTER SET latin1", "VARCHAR(50) CHARACTER SET gbk", "TEXT CHARACTER SET utf16", "CHAR(20) CHARACTER SET ucs2",
    "VARCHAR(40) CHARACTER SET sjis", "BINARY(8)", "VARBINARY(64)", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "TINYBLOB", "BLOB", "MEDIUMBLOB",
    "LONGBLOB", "ENUM('a','b','中','d''q')", "SET('x','y','z','中')", "JSON", "POINT", "GEOMETRY",
]
OWN_TYPES = {"mariadb": ["UUID", "INET6", "INET4", "VARCHAR(100) COMPRESSED", "BLOB COMPRESSED"], "mysql": ["VECTOR(3)"]}

KEYS = {
    "numbers": (["id INT NOT NULL"], "PRIMARY KEY (id)"),
    "texts": (["name VARCHAR(40) NOT NULL"], "PRIMARY KEY (name)"),
    "pairs": (["a TINYINT NOT NULL", "b VARCHAR(12) NOT NULL", "c INT NOT NULL"], "PRIMARY KEY (a, b, c)"),
    "unsigned_numbers": (["id BIGINT UNSIGNED NOT NULL"], "PRIMARY KEY (id)"),
    "bytes": (["code VARBINARY(16) NOT NULL"], "PRIMARY KEY (code)"),
    "moments": (["at DATETIME(3) NOT NULL", "n INT NOT NULL"], "PRIMARY KEY (at, n)"),
    "decimals": (["d DECIMAL(38,10) NOT NULL"], "PRIMARY KEY (d)"),
    "kinds": (["kind ENUM('zebra','mole','ant') NOT NULL", "n INT NOT NULL"], "PRIMARY KEY (kind, n)"),
    "unique_only": (["n INT NOT NULL", "t CHAR(12) NOT NULL"], "UNIQUE KEY (t, n)"),
    "no_key": (["at DATETIME(6)", "what VARCHAR(100)"], ""),
}


def types(product):
    return TYPES + OWN_TYPES[product]


def create(name, shape, columns, null="NULL"):
    keys, constraint = KEYS[shape]
    definitions = keys + [f"c{number} {type} {null}" for number, type in enumerate(columns)] + [constraint]
    return f"CREATE TABLE {quoted(name)} ({', '.join(filter(None, definitions))}) ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4"


def some_types(random, product):
    return random.sample(types(product), random.randint(3, 9))


def load(session, random, product, rows, tables):
    shapes = list(KEYS)[:tables]
    for shape in shapes:
        session.execute(create(shape, shape, some_types(random, product)))
    # One table has a column of every type.
    session.execute(create("everything", "numbers", types(product)))
    changes = Changes(session, random)
    for name in [*shapes, "everything"]:
        table = catalog.read(session, name)
        for begun in range(0, rows, 100):
            session.attempt(lambda: changes.insert(table, min(100, rows - begun)))
