/// The reference page of the dialect, in Markdown: what is said once in the code, and the functions as they are registered.
public enum ExpressionReference {
  /// `docs/reference/expressions.md`.
  public static var page: String {
    [introduction, operators, rules, differences, functions].joined(separator: "\n") + "\n"
  }

  private static let introduction = """
    # Expressions

    Filters and computed columns are written in a small dialect of SQL. An expression is checked before data flows: an unknown column, function or type, and
    values that do not fit, are errors with line and column. It gives one value for each row, from that row alone: there are no subqueries, no aggregates, and
    nothing that differs from run to run, such as the current time; the metadata columns (`$ingestionTime` and others) say what is known beside the row.
    This page is `sluice schema --expressions`.

    ```sql
    status <> 'deleted' AND (total > 100.00 OR country IN ('DE', 'FR', 'AT'))
    CASE WHEN email LIKE '%@example.com' THEN 'internal' ELSE lower(split_part(email, '@', 2)) END
    coalesce(doc ->> '$.address.city', TRY_CAST(city AS STRING), 'unknown')
    ```

    ## Names and literals

    | written | is |
    | --- | --- |
    | `total`, `$operation` | a column; found in any case where that is unambiguous |
    | `` `order` ``, `"first name"` | a column of any name; the quote is doubled within it |
    | `'it''s'` | text; a quote is doubled, a backslash is a backslash |
    | `42`, `-7` | an int64, beyond its range a decimal |
    | `1.50` | the decimal(3,2); up to 38 digits |
    | `1e-3` | a float64 |
    | `X'00ff'` | binary |
    | `TRUE`, `FALSE`, `NULL` | |
    | `DATE '2024-02-29'`, `TIME '23:59:59.5'` | |
    | `TIMESTAMP '2024-02-29 23:59:59.5'` | a wall clock without a zone; `T` may stand between date and time |
    | `INSTANT '2024-02-29 23:59:59.5+02:00'` | a point in time; without an offset or `Z` in UTC |
    | `INTERVAL 3 DAY`, `INTERVAL '1' MONTH` | only beside `+` and `-` of a date or time |

    A text literal beside a date, a time, a number or a boolean is read as a value of that type when the expression is checked: `created >= '2024-01-01'`. `0` and
    `1` may stand for FALSE and TRUE beside a boolean.
    """

  private static let operators = """

    ## Operators

    From the weakest to the strongest; those of one line have equal strength and go from left to right.

    | operator | takes | gives |
    | --- | --- | --- |
    | `OR` | conditions | boolean |
    | `AND` | conditions | boolean |
    | `NOT` | a condition | boolean |
    | `=` `<>` `!=` `<` `<=` `>` `>=` `<=>` `IS [NOT] NULL`, `TRUE`, `FALSE` `[NOT] IN (…)` `[NOT] BETWEEN … AND …` `[NOT] LIKE … [ESCAPE …]` `[NOT] ILIKE` `[NOT] REGEXP` | two values of one kind; texts for LIKE and REGEXP | boolean |
    | `\\|\\|` | scalars | their texts, one after the other |
    | `+` `-` | two numbers; a date or time and an INTERVAL | see below |
    | `*` `/` `%` `MOD` `DIV` | two numbers | see below |
    | `-` `+` as signs | a number | |
    | `AT TIME ZONE`, `->`, `->>` | see `at_time_zone`, `json_extract`, `json_value` | |

    `CASE [value] WHEN … THEN … [ELSE …] END`, `CAST(value AS type)` and `TRY_CAST(value AS type)` stand like functions. `<=>` is `=` that takes two NULLs as equal. `LIKE`: `%` is
    any text, `_` one character, the escape character (none by default) makes the next one plain; `ILIKE` ignores case. `REGEXP` (or `RLIKE`) looks for an
    [RE2](https://github.com/google/re2/wiki/Syntax) pattern anywhere in the text. Patterns are constants.
    """

  private static let rules = """

    ## Rules

    **NULL.** Logic has three values: `FALSE AND NULL` is FALSE, `TRUE OR NULL` is TRUE, other combinations with NULL are NULL, as is a comparison with NULL. `x IN (1, NULL)` is TRUE or
    NULL. A filter keeps the rows for which it is TRUE. Operators and functions are NULL when an argument is, unless the table says otherwise.

    **Rows that fail.** A row for which an expression has no value, such as a division by zero, is a dirty row; the job's limits decide what follows. Nothing is bent in silence: there are no
    wrapped integers, cut texts or zero dates. `try(…)` and `TRY_CAST` give NULL instead. `AND`, `OR`, `CASE`, `if` and `coalesce` evaluate a part that may fail only for the rows that need
    it, from left to right: `b <> 0 AND a / b > 2` never fails.

    | reason | means |
    | --- | --- |
    | `division-by-zero` | `/`, `%`, `DIV` by zero |
    | `out-of-range` | the result's type cannot hold the value |
    | `invalid-text` | a text is no value of the type that it is cast to, or no encoding of what is asked for |
    | `invalid-argument` | the function is not defined for this argument |
    | `invalid-json` | a text is not JSON |
    | `too-long` | a text of more than \(TextSink.maxValue >> 20) MiB, or a batch of them of more than \(TextSink.maxTotal >> 20) MiB |

    **Numbers.** Integers of every width are computed as int64, an uint64 as decimal(20,0). With `d(p, s)` a decimal of p digits, s of them after the point, an integer counts as one without
    digits after it, a literal with the digits that it has:

    | operation | result |
    | --- | --- |
    | integer `+ - * % DIV` integer | int64 |
    | `d(p1, s1) + d(p2, s2)`, `-` | `d(max(p1 - s1, p2 - s2) + max(s1, s2) + 1, max(s1, s2))` |
    | `d(p1, s1) * d(p2, s2)` | `d(p1 + p2, s1 + s2)` |
    | `d(p1, s1) / d(p2, s2)`, also of integers | `d(p1 + s2 + 4, s1 + 4)` |
    | `d(p1, s1) % d(p2, s2)` | `d(min(p1 - s1, p2 - s2) + max(s1, s2), max(s1, s2))` |
    | exact `DIV` exact | int64: the whole part of the quotient |
    | anything with a float | float64 |

    Where more than 38 digits were needed, digits after the point give way, down to six; a value that still does not fit makes the row fail. Decimals are exact, and rounded half away from
    zero where digits are dropped. A float32 is computed as float64. A NaN is unequal to everything.

    **Text** is UTF-8, compared by bytes: case and accents count, whatever the collation of the source is. Positions and lengths count characters (Unicode code points). JSON is text.

    **Times.** A timestamp and an instant are of different kinds; `AT TIME ZONE` makes one of the other. A date beside a timestamp counts as its midnight. Digits that a type does not show are
    cut off. Years go from 1 to 9999.

    **CAST** knows `BOOLEAN`, `TINYINT`, `SMALLINT`, `INT`, `BIGINT` (each also `UNSIGNED`), `FLOAT`, `DOUBLE`, `DECIMAL(p, s)`, `STRING`, `BINARY`, `DATE`, `TIME(p)`, `TIMESTAMP(p)`, `INSTANT(p)`, `JSON`, and the
    names of SQL and of Sluice's types for them (`TEXT`, `int64`, `DATETIME`, …). Every scalar has a text; a text must be a value of the type as a whole, spaces around it aside. Numbers are
    rounded half away from zero. A timestamp and an instant are cast to each other, and to dates, as clocks in UTC.

    **Limits.** An expression has up to \(Parser.maxLength) bytes and \(Parser.maxDepth) levels of nesting, a pattern up to \(RegularExpression.maxLength) bytes. Regular expressions take time linear in the text.
    """

  private static let differences = """

    ## Differences from MySQL and MariaDB

    A test compares this dialect with a MariaDB server. These differ on purpose:

    | | here | MySQL, MariaDB |
    | --- | --- | --- |
    | `1 / 0`, `1 % 0` | the row fails | NULL and a warning |
    | `CAST('12x' AS INT)` | the row fails | 12 and a warning |
    | `'a' < 'B'` | by bytes: FALSE | by the collation, mostly TRUE |
    | `name > 9` of a text column | an error: CAST one of them | compared as numbers |
    | `a \\|\\| b` | joins texts | OR, unless `PIPES_AS_CONCAT` is set |
    | `"x"` | a column | a text, unless `ANSI_QUOTES` is set |
    | `'a\\nb'` | a backslash and an n | a line break |
    | `LIKE` without ESCAPE | no escape character | the backslash |
    | `IF(3, …)`, `NOT 3` | an error: a condition is boolean | 3 is true |
    | TRUE, FALSE as text | `true`, `false` | `1`, `0` |
    | a float64 as text | `1.0`, `1e+20` | `1`, `1e20` |
    | `REGEXP` | RE2: no look-around, no back references | PCRE (MariaDB), ICU (MySQL) |
    | groups in what `regexp_replace` puts in | `$1` | `\\1` (MariaDB), `$1` (MySQL) |
    | `doc ->> '$.a'` of a JSON null | NULL | the text `null` |
    | `CAST(1.5 AS TIME)`, dates as numbers | an error | allowed |
    | `date_format` with locales, `%U` `%u` `%V` `%X` | not there | there |
    | `convert_tz` before 1970 or after 2038 | converts | gives the timestamp back |
    | `DATE '0001-01-01' - INTERVAL 1 DAY` | the row fails | a day of the year 0 |
    | `upper('ß')` | `SS` | `ß` |
    """

  private static var functions: String {
    var text = "\n## Functions\n\n\(FunctionRegistry.all.count) of them. A parameter in brackets may be left out; `…` is any number.\n"
    for category in FunctionDefinition.Category.allCases {
      text += "\n### \(category.rawValue)\n\n| function | takes | gives | what it does | NULL | example |\n| --- | --- | --- | --- | --- | --- |\n"
      for function in FunctionRegistry.all where function.category == category { text += row(function) }
    }
    return text
  }

  private static func row(_ function: FunctionDefinition) -> String {
    let names = function.aliases.isEmpty ? "" : "; also " + function.aliases.map { "`\($0)`" }.joined(separator: ", ")
    var takes: [String] = []
    for parameter in function.parameters where takes.last != parameter.kind.words { takes.append(parameter.kind.words) }
    let examples = function.examples.map { example in
      let value: String = example.value.map(shown) ?? "NULL"
      return "`\(example.expression)` is \(value)"
    }
    let nulls: String = function.nulls ?? "as an argument"
    let cells: [String] = [
      "`\(function.signature)`\(names)", takes.joined(separator: ", "), function.result, function.summary, nulls, examples.joined(separator: "; "),
    ]
    return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
  }

  private static func shown(_ value: String) -> String {
    value.isEmpty ? "empty" : "`\(value.replacing("\t", with: "⇥"))`"
  }
}
