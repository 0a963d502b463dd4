internal import SluiceCore

/// Where the tables of a warehouse lie: `<warehouse>/<namespace>/<table>`.
struct TableFolder: Sendable {
  /// A path of the store, without a slash at its end.
  let warehouse: String

  init(warehouse: String) {
    var path = warehouse
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    self.warehouse = path
  }

  func namespace(_ name: String) -> String { "\(warehouse)/\(Self.encoded(name))" }

  func table(_ id: TableID) -> String { "\(namespace(id.database))/\(Self.encoded(id.name))" }

  /// A name as a folder. Characters that a path or a URI gives a meaning are written as `%` and their number; readers take what comes out
  /// as it is.
  static func encoded(_ name: String) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      let isSpecial = byte < 0x20 || byte == 0x7f || "/\\%?#".utf8.contains(byte)
      // A hidden folder, or `..`.
      let isFirstDot = bytes.isEmpty && byte == UInt8(ascii: ".")
      if isSpecial || isFirstDot {
        bytes += "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The name of a folder that `encoded` made.
  static func decoded(_ folder: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(folder.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
