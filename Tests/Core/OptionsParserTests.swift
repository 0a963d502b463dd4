import SluiceCore
import Testing

/// Options of every type, as a plug-in would define them.
private let definitions: [OptionDefinition] = [
  .init("host", .string, default: .string("127.0.0.1"), help: ""),
  .init("user", .string, required: true, help: ""),
  .init("password", .secret, help: ""),
  .init("port", .integer(1...65_535), default: .integer(3306), help: ""),
  .init("share", .number(0...100), help: ""),
  .init("timeout", .duration, default: .string("10s"), help: ""),
  .init("memory", .byteSize, help: ""),
  .init("mode", .choice(["fast", "safe"]), default: .string("safe"), help: ""),
  .init("tables", .list(.string), default: .array([]), help: ""),
  .init("options", .stringMap, help: ""),
  .init("tls", .object([.init("verify", .boolean, default: .boolean(true), help: "")]), help: ""),
  .init("proxy", .object([.init("address", .string, required: true, help: "")]), help: ""),
]

private let lookup = SecretLookup(
  environment: { $0 == "PASSWORD" ? "from the environment" : nil }, file: { $0 == "password.txt" ? "from a file\n" : nil })

private func parse(_ json: String) throws -> (values: OptionValues, issues: [String]) {
  var parser = OptionParser(secrets: lookup)
  let values = parser.parse(try JSONReader.read(json), as: definitions, at: "$.source")
  return (values, parser.issues.map(\.description))
}

@Suite struct OptionsParserTests {
  @Test func `Absent options get their defaults, also inside objects`() throws {
    let (values, issues) = try parse(#"{"user": "me"}"#)
    #expect(issues.isEmpty)
    #expect(values.string("host") == "127.0.0.1")
    #expect(values.integer("port") == 3306)
    #expect(values.number("timeout") == 10)
    #expect(values.object("tls")?.boolean("verify") == true)
    #expect(values.object("proxy") == nil)
    #expect(values["memory"] == nil)
  }

  @Test func `A null is an absent option`() throws {
    let (values, issues) = try parse(#"{"user": "me", "port": null}"#)
    #expect(issues.isEmpty)
    #expect(values.integer("port") == 3306)
  }

  @Test func `Everything that is wrong is told at once, each with its path`() throws {
    let (_, issues) = try parse(#"{"hots": "x", "port": 70000, "mode": "fats", "tables": ["a.b", 3], "tls": {"verfy": true}}"#)
    #expect(
      issues == [
        #"$.source.hots: unknown key; did you mean "host"?"#,
        "$.source.user: missing; it must hold a text",
        "$.source.port: found 70000, allowed is an integer from 1 to 65535",
        #"$.source.mode: found "fats", allowed is one of "fast", "safe"; did you mean "fast"?"#,
        "$.source.tables[1]: found 3, allowed is a text",
        #"$.source.tls.verfy: unknown key; did you mean "verify"?"#,
      ])
  }

  @Test func `A key like no other is answered with all that are known`() throws {
    let (_, issues) = try parse(#"{"user": "me", "tls": {"zebra crossing": 1}}"#)
    #expect(issues == [#"$.source.tls["zebra crossing"]: unknown key; known are verify"#])
  }

  @Test(arguments: [
    (#""yes""#, "tls.verify", "true or false"), (#""ten""#, "timeout", "a duration"), ("-5", "memory", "a size"), ("1.5", "port", "an integer"),
    ("{}", "host", "a text"), ("[]", "options", "an object of texts"), ("101", "share", "a number from 0 to 100"),
  ])
  func `A value of the wrong type is answered with what is allowed`(value: String, key: String, allowed: String) throws {
    let parts = key.split(separator: ".")
    let member = parts.count == 1 ? #""\#(key)": \#(value)"# : #""\#(parts[0])": {"\#(parts[1])": \#(value)}"#
    let (_, issues) = try parse(#"{"user": "me", \#(member)}"#)
    #expect(issues.count == 1)
    #expect(issues.first?.hasPrefix("$.source.\(key): found ") == true)
    #expect(issues.first?.contains("allowed is \(allowed)") == true)
  }

  @Test func `Table options may be numbers and booleans`() throws {
    let (values, issues) = try parse(#"{"user": "me", "options": {"a": 4, "b": true, "c": "x"}}"#)
    #expect(issues.isEmpty)
    #expect(values.stringMap("options") == ["a": "4", "b": "true", "c": "x"])
  }

  @Test func `One error lists all issues and names the file`() throws {
    var parser = OptionParser(secrets: .none)
    parser.report("$.a", "first")
    parser.report("$.b", "second")
    let error = #expect(throws: SluiceError.self) { try parser.finish(file: "shop.json") }
    #expect(error?.kind == .specInvalid)
    #expect(error?.message == "2 things are wrong:\n  $.a: first\n  $.b: second")
    #expect(error?.place.path == "shop.json")
  }
}

@Suite struct OptionsSecretTests {
  @Test(arguments: [
    (#""plain""#, "plain"), (#"{"env": "PASSWORD"}"#, "from the environment"), (#"{"file": "password.txt"}"#, "from a file"),
  ])
  func `A secret is a text or a reference`(json: String, expected: String) throws {
    let (values, issues) = try parse(#"{"user": "me", "password": \#(json)}"#)
    #expect(issues.isEmpty)
    #expect(values.secret("password")?.reveal() == expected)
  }

  @Test(arguments: [
    (#"{"env": "ABSENT"}"#, "the environment variable ABSENT is not set"), (#"{"file": "gone.txt"}"#, "the file gone.txt cannot be read"),
    ("12345678", "found a number"), (#"["12345678"]"#, "found a list"), (#"{"plain": "12345678"}"#, "found an object that is no reference"),
  ])
  func `A secret that cannot be had is told without showing it`(json: String, expected: String) throws {
    let (_, issues) = try parse(#"{"user": "me", "password": \#(json)}"#)
    #expect(issues.count == 1)
    #expect(issues.first?.contains(expected) == true)
    #expect(issues.first?.contains("12345678") == false)
  }

  @Test func `No description shows a secret`() throws {
    let values = try parse(#"{"user": "me", "password": "swordfish"}"#).values
    var dumped = ""
    dump(values, to: &dumped)
    for text in ["\(values)", String(reflecting: values), dumped] { #expect(!text.contains("swordfish")) }
  }
}
