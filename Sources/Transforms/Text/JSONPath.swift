import SluiceCore

/// A path into JSON: `$`, then `.name`, `."any name"` and `[index]`. There are no wildcards: a path leads to one value.
struct JSONPath: Sendable, Hashable {
  enum Step: Sendable, Hashable {
    case member([UInt8])
    case element(Int)
  }

  let steps: [Step]

  /// Throws `specInvalid` with what is wrong.
  init(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    func refused(_ reason: String) -> SluiceError {
      SluiceError(.specInvalid, "the JSON path is not valid: \(reason); write $.name, $.\"any name\" or $[0], one after the other")
    }
    guard bytes.popFirst() == UInt8(ascii: "$") else { throw refused("it does not begin with $") }
    var steps: [Step] = []
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "."):
        var name: [UInt8] = []
        if bytes.first == UInt8(ascii: "\"") {
          bytes.removeFirst()
          while let next = bytes.first, next != UInt8(ascii: "\"") {
            bytes.removeFirst()
            if next == UInt8(ascii: "\\"), let escaped = bytes.popFirst() { name.append(escaped) } else { name.append(next) }
          }
          guard bytes.popFirst() != nil else { throw refused("a quoted name does not end") }
        } else {
          while let next = bytes.first, next != UInt8(ascii: "."), next != UInt8(ascii: "[") {
            guard next >= 0x80 || next == UInt8(ascii: "_") || next == UInt8(ascii: "$") || next == UInt8(ascii: "-") || Self.isAlphanumeric(next)
            else {
              throw refused("a name with other signs than letters, digits, _, - and $ stands in double quotes")
            }
            name.append(next)
            bytes.removeFirst()
          }
          guard !name.isEmpty else { throw refused("a name is missing") }
        }
        steps.append(.member(name))
      case UInt8(ascii: "["):
        let digits = bytes.prefix { $0 &- 48 < 10 }
        guard !digits.isEmpty, let index = Int(String(decoding: digits, as: UTF8.self)) else { throw refused("an index is a whole number") }
        bytes = bytes.dropFirst(digits.count)
        guard bytes.popFirst() == UInt8(ascii: "]") else { throw refused("] is missing") }
        steps.append(.element(index))
      default: throw refused("found \"\(Unicode.Scalar(byte))\" where . or [ is expected")
      }
    }
    self.steps = steps
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || (byte | 32) &- 97 < 26
  }
}
