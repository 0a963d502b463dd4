import Testing

@testable import SluiceCore

@Suite struct NameTemplateTests {
  private static let table = TableID(database: "shop_7", name: "orders_12")

  @Test(
    "References stand for names and groups",
    arguments: [
      ("ods.orders", "ods.orders"), ("ods.${table}", "ods.orders_12"), ("${database}_all.${table}", "shop_7_all.orders_12"),
      ("${table}", "given.orders_12"), ("db$1.t_$2", "db7.t_12"), ("${1}0.x${2}", "70.x12"), ("$$.$$1", "$.$1"), ("a.b.c", "a.b.c"),
      ("$1$2", "given.712"),
    ])
  func references(_ text: String, _ expected: String) throws {
    let template = try NameTemplate(text, groups: 2)
    let name = template.name(for: Self.table, groups: ["7", "12"], database: "given")
    #expect(name.description == expected)
  }

  @Test("What a reference gives is not read again")
  func inertness() throws {
    let table = TableID(database: "a.b", name: "${database}$1")
    let template = try NameTemplate("ods.${table}_$1", groups: 1)
    #expect(template.name(for: table, groups: ["${table}.x"], database: nil) == TableID(database: "ods", name: "${database}$1_${table}.x"))
    #expect(try NameTemplate("${table}", groups: 0).name(for: table, groups: [], database: nil) == TableID(database: "a.b", name: "${database}$1"))
  }

  @Test("What cannot be a name is refused", arguments: ["", ".", "ods.", ".t", "$3.t", "ods.${tabel}", "ods.${table", "$x.t", "ods.$0"])
  func malformed(_ text: String) {
    #expect(throws: NameTemplate.Malformed.self) { try NameTemplate(text, groups: 2) }
  }

  @Test(
    "Wildcards and groups of a pattern are told",
    arguments: [
      ("shop_*.orders_?2", ["7", "1"]), ("*.*", ["shop_7", "orders_12"]), ("*_*.*_*", ["shop", "7", "orders", "12"]), ("shop_7.orders_12", []),
      ("/shop_(?<a>[0-9]+)\\.(?:orders)_([0-9]+)/", ["7", "12"]), ("/(shop)?_7.*(x)?/", ["shop", ""]), ("shop_8.*", nil), ("*.orders", nil),
    ] as [(String, [String]?)])
  func groups(_ text: String, _ expected: [String]?) throws {
    let pattern = try TablePattern(text)
    #expect(pattern.groups(of: Self.table) == expected)
    if let expected { #expect(pattern.groupCount == expected.count) }
  }

  @Test(
    "An expression is matched as the standard library matches it",
    arguments: [
      "a\\.b", ".*", "a.(b|c)*", "(a|ab)\\.(b?)(b*)", "[a-c]+\\.[^x]{1,3}", "\\w+\\.\\d*", "(?:a|b){2}\\.(x+?)(x*)", "(x*?)\\.(x*)", "^a\\.b$",
      "(a+)+\\.b",
      "a{0,2}\\.(?<n>b{2,})", "((a)|(b))+\\.(.)", "\\S+", "(a*)*\\.b", "a||b", "()\\.",
    ])
  func linear(_ expression: String) throws {
    let linear = try LinearPattern(expression)
    let regex = try Regex(expression)
    let names = ["a.b", "ab.b", "a.bb", "aa.bbb", "ab.xxx", "ba.x", ".", "xx.xx", "a.c", "a.bcb", "].b", "aab.bbbb", "a1.22", ""]
    for name in names {
      let expected = name.wholeMatch(of: regex).map { $0.output.dropFirst().map { $0.substring.map(String.init) ?? "" } }
      #expect((linear.groups(of: name) == nil) == (expected == nil), "\(expression) on \(name)")
      if !expression.contains(")*") && !expression.contains(")+") { #expect(linear.groups(of: name) == expected, "\(expression) on \(name)") }
    }
  }

  @Test(
    "What only going back can match is refused, and the error says what that is",
    arguments: [
      ("(?=.)((.*)*)*zzz", "has \"(?=\", a look ahead"), ("(?!a)b", "\"(?!\", a look ahead"), ("(?<!a)b", "\"(?<!\", a look behind"),
      ("(?>a)b", "\"(?>\", a group that gives nothing back"), ("(a)\\1", "\"\\\\1\", a reference back"), ("a++", "\"++\", a repetition"),
      ("a*{2}", "\"*{\", a repetition"), ("[a[b]]", "\"[ between [ and ]\""),
      ("\\bword", "has \"\\\\b\", which"), ("\\p{L}", "has \"\\\\p\", which"),
      ("(?s)a", "has \"(?s\", which"), ("a(?i)b", "at the beginning"), ("(?i:a)b", "at the beginning"), ("a{2", "has a { that"),
      ("a{2,1}", "has a { that"),
      ("(a", "has a ( without its )"), ("a)", "has a ) without its ("), ("*", "has a * that nothing"), ("[a", "has a [ without its ]"),
      ("[z-a]", "has a range"), ("(?<a!>b)", "whose name is none"), ("a\\", "ends in a backslash"), ("(((a{1000}){1000}){1000})", "is too large"),
      (String(repeating: "(", count: 100), "more than 64 deep"),
    ])
  func unknown(_ expression: String, _ why: String) {
    do {
      _ = try TablePattern("/\(expression)/")
      Issue.record("\(expression) was taken")
    } catch {
      #expect(error.description.contains(why), "\(error)")
    }
  }

  @Test(
    "A pattern may match in any case",
    arguments: [("shop", true), ("SHOP", true), ("ShoP", true), ("shox", false)])
  func anyCase(_ database: String, _ matches: Bool) throws {
    let pattern = try TablePattern("/(?i)s[h]O([A-Q])\\.É\\d/")
    #expect(pattern.groups(of: TableID(database: database, name: "é1")) == (matches ? [String(database.suffix(1))] : nil))
  }

  @Test(
    "Patterns that would keep another matcher busy for ever take no time",
    arguments: ["(a+)+b", "(a|a)*b", "(a*)*b", "(.*a){20}b", "((a?){30}){30}b", "((.*)*)*zzz", "(?i)((a|A)*)*b"])
  func hostile(_ expression: String) throws {
    let prefix = expression.hasPrefix("(?i)") ? "(?i)" : ""
    let pattern = try TablePattern("/\(prefix)a\\.\(expression.dropFirst(prefix.count))/")
    #expect(!pattern.matches(TableID(database: "a", name: String(repeating: "a", count: 64))))
  }

  @Test("A glob of many wildcards takes no time")
  func many() throws {
    let pattern = try TablePattern("a." + String(repeating: "*a", count: 60) + "b")
    #expect(!pattern.matches(TableID(database: "a", name: String(repeating: "a", count: 64))))
  }
}
