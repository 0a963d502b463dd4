import SluiceCore

@testable import SluiceTransforms

/// `squeeze`: one space in place of several.
struct SqueezeNode: TransformPlugin, Transform {
  static let id = "squeeze"
  static let title = "Squeeze spaces"
  static let options: [OptionDefinition] = [
    .init("columns", .list(.string), required: true, help: "Text columns; globs such as `addr_*`, in any case.")
  ]

  let namedColumns: [String]
  private let selection: ColumnSelection

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let selection = ColumnSelection(options.strings("columns"))
    guard !selection.isEmpty else { throw OptionIssues(path, key: "columns", "found an empty list, allowed is at least one column") }
    return SqueezeNode(namedColumns: selection.names, selection: selection)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var rewrites: [(index: Int, rewrite: any ColumnRewrite)] = []
    for (index, isNamed) in selection.places(in: table) {
      let column = table.columns[index]
      if column.type == .string {
        rewrites.append((index, Squeezing()))
      } else if isNamed {
        throw SluiceError(.specInvalid, "only texts can be squeezed, this is \(column.type)", at: .init(column: column.name))
      }
    }
    return RewritingTransform(table, rewrites)
  }

  private struct Squeezing: ColumnRewrite {
    let type = DataType.string

    func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
      var writer = TextWriter(for: column, expecting: column.textByteCount)
      column.forEachText { _, text, count in
        // There is room: a text never grows.
        guard let target = writer.room(count) else { return writer.finishValue() }
        var written = 0
        for index in 0..<count where text[index] != 0x20 || index == 0 || text[index - 1] != 0x20 {
          target[written] = text[index]
          written += 1
        }
        writer.advance(written)
        writer.finishValue()
      }
      return writer.finish(.string)
    }
  }
}
