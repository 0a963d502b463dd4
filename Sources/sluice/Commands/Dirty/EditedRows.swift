internal import Foundation
internal import SluiceCore
internal import SluiceEngine

/// Rows that somebody corrected: JSON lines with `id` and `row`, as `sluice dirty show --json` prints them.
struct EditedRows {
  private var rows: [Int: SpecValue] = [:]
  private let file: String

  init(file: String) throws {
    self.file = file
    let text: String
    do {
      text = try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw SluiceError(.specInvalid, "the file cannot be read as UTF-8 text", at: .init(path: file), cause: error)
    }
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.allSatisfy(\.isWhitespace) {
      let value: SpecValue
      do {
        value = try JSONReader.read(String(line))
      } catch {
        throw SluiceError(.specInvalid, error.message, at: .init(path: "\(file):\(number + 1):\(error.column)"))
      }
      guard case .integer(let id)? = value["id"], case .object? = value["row"] else {
        throw SluiceError(.specInvalid, "a line needs the `id` of a dirty row, and `row` with its values", at: .init(path: "\(file):\(number + 1)"))
      }
      rows[id] = value["row"]
    }
  }

  /// The values that differ from what was kept; `nil` for a row that the file does not have.
  func corrections(of row: DirtyRecord.KeptRow) throws -> [ReplayRequest.Correction]? {
    guard case .object(let members)? = rows[row.id] else { return nil }
    return try members.compactMap { member in
      let cell = RowImage.Cell(json: member.value)
      if let cell, cell == row.image?[member.key] { return nil }
      switch cell {
      case .null: return .init(column: member.key, text: nil)
      case .text(let text): return .init(column: member.key, text: text)
      default:
        throw SluiceError(
          .specInvalid, "row \(row.id) has something else than a text or null where a value was corrected", at: .init(column: member.key, path: file))
      }
    }
  }
}
