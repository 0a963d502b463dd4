/// Lays cells out in columns.
struct TextTable {
  struct Cell {
    let text: String
    let style: ((String) -> String)?

    init(_ text: String, _ style: ((String) -> String)? = nil) {
      self.text = TextWidth.visible(text)
      self.style = style
    }
  }

  struct Column {
    let isRight: Bool
    /// Cells are cut to this width.
    var maximum: Int

    init(right isRight: Bool = false, maximum: Int = .max) {
      self.isRight = isRight
      self.maximum = maximum
    }
  }

  private var columns: [Column]
  private let gap: String
  private var rows: [[Cell]] = []

  init(_ columns: [Column], gap: String = "   ") {
    self.columns = columns
    self.gap = gap
  }

  mutating func add(_ cells: [Cell]) {
    rows.append(cells)
  }

  /// The table's first `count` columns.
  func keeping(_ count: Int) -> TextTable {
    var table = self
    table.columns = Array(columns.prefix(count))
    table.rows = rows.map { Array($0.prefix(count)) }
    return table
  }

  /// The widths that the columns take.
  var widths: [Int] {
    columns.indices.map { index in min(columns[index].maximum, rows.map { TextWidth.of($0[index].text) }.max() ?? 0) }
  }

  /// One text a row, without line ends.
  func lines(widths: [Int]? = nil) -> [String] {
    let widths = widths ?? self.widths
    return rows.map { row in
      let cells = row.indices.map { index in
        let cut = TextWidth.cut(row[index].text, to: widths[index])
        let isLast = index == row.count - 1 && !columns[index].isRight
        let padding = String(repeating: " ", count: isLast ? 0 : max(0, widths[index] - TextWidth.of(cut)))
        let styled = row[index].style?(cut) ?? cut
        return columns[index].isRight ? padding + styled : styled + padding
      }
      var line = cells.joined(separator: gap)
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }
}
