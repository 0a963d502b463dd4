import SluiceCore

/// A pattern of LIKE: `%` stands for any text, `_` for one character. The usual shapes are compared by bytes; the rest is a regular expression.
enum LikePattern: Sendable {
  case equal([UInt8])
  case prefix([UInt8])
  case suffix([UInt8])
  case contains([UInt8])
  case ends(prefix: [UInt8], suffix: [UInt8])
  case regular(RegularExpression)

  private enum Part: Equatable {
    case any, one
    case text(String)
  }

  init(_ pattern: String, escape: Unicode.Scalar?, ignoresCase: Bool) throws {
    var parts: [Part] = []
    var text = ""
    func endText() {
      if !text.isEmpty { parts.append(.text(text)) }
      text = ""
    }
    var scalars = Array(pattern.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      if scalar == escape {
        guard let next = scalars.popFirst() else { throw SluiceError(.specInvalid, "the pattern ends with its escape character") }
        text.unicodeScalars.append(next)
      } else if scalar == "%" {
        endText()
        if parts.last != .any { parts.append(.any) }
      } else if scalar == "_" {
        endText()
        parts.append(.one)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    endText()
    self = try Self.simple(ignoresCase ? nil : parts) ?? .regular(RegularExpression(Self.expression(parts), ignoresCase: ignoresCase))
  }

  private static func simple(_ parts: [Part]?) -> LikePattern? {
    guard let parts else { return nil }
    switch parts.count {
    case 0: return .equal([])
    case 1:
      if parts[0] == .any { return .prefix([]) }
      if case .text(let text) = parts[0] { return .equal(Array(text.utf8)) }
    case 2:
      if case .text(let text) = parts[0], parts[1] == .any { return .prefix(Array(text.utf8)) }
      if case .text(let text) = parts[1], parts[0] == .any { return .suffix(Array(text.utf8)) }
    case 3:
      if parts[0] == .any, parts[2] == .any, case .text(let text) = parts[1] { return .contains(Array(text.utf8)) }
      if case .text(let first) = parts[0], parts[1] == .any, case .text(let last) = parts[2] {
        return .ends(prefix: Array(first.utf8), suffix: Array(last.utf8))
      }
    default: break
    }
    return nil
  }

  private static func expression(_ parts: [Part]) -> String {
    var expression = "(?s)\\A"
    for part in parts {
      switch part {
      case .any: expression += ".*"
      case .one: expression += "."
      case .text(let text):
        for scalar in text.unicodeScalars {
          if scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil {
            expression += scalar.value < 0x20 || scalar.value == 0x7f ? "\\x{\(String(scalar.value, radix: 16))}" : "\\\(scalar)"
          } else {
            expression.unicodeScalars.append(scalar)
          }
        }
      }
    }
    return expression + "\\z"
  }

  /// Whether a regular expression does the work.
  var isCostly: Bool { if case .regular = self { true } else { false } }

  /// Whether each text is like the pattern.
  var kernel: Kernel {
    switch self {
    case .equal(let text): return Self.comparing(text) { UTF8Text.equal($0, $1) }
    case .prefix(let text):
      return Self.comparing(text) { $0.count >= $1.count && UTF8Text.equal(UnsafeBufferPointer(rebasing: $0.prefix($1.count)), $1) }
    case .suffix(let text):
      return Self.comparing(text) { $0.count >= $1.count && UTF8Text.equal(UnsafeBufferPointer(rebasing: $0.suffix($1.count)), $1) }
    case .contains(let text): return Self.comparing(text) { UTF8Text.find($1, in: $0) != nil }
    case .ends(let first, let last):
      return { call, vectors, log in
        let source = TextReader(vectors[0])
        return first.withUnsafeBufferPointer { first in
          last.withUnsafeBufferPointer { last in
            call.flags(.union(vectors, rows: call.rowCount), &log) { row in
              let text = source[row]
              return text.count >= first.count + last.count && UTF8Text.equal(UnsafeBufferPointer(rebasing: text.prefix(first.count)), first)
                && UTF8Text.equal(UnsafeBufferPointer(rebasing: text.suffix(last.count)), last)
            }
          }
        }
      }
    case .regular(let expression):
      return { call, vectors, _ in Vector(expression.matches(in: vectors[0].materialized(count: call.rowCount))) }
    }
  }

  @inline(__always)
  private static func comparing(
    _ wanted: [UInt8], _ isLike: @escaping @Sendable (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Kernel {
    { call, vectors, log in
      let source = TextReader(vectors[0])
      return wanted.withUnsafeBufferPointer { wanted in
        call.flags(.union(vectors, rows: call.rowCount), &log) { isLike(source[$0], wanted) }
      }
    }
  }
}
