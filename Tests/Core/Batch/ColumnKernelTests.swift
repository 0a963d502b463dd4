import SluiceCore
import TestKit
import Testing

@Suite struct ColumnKernelTests {
  @Test("a column holds what was appended", arguments: ModelColumn.leafTypes)
  func roundTrip(type: DataType) {
    var generator = SeededRandom(seed: 1)
    for count in [0, 1, 7, 8, 9, 300] {
      let model = ModelColumn.random(type, count: count, using: &generator)
      let column = model.build()
      #expect(column.modelValues == model.values)
      #expect(column.nullCount == model.values.count { $0 == nil })
    }
  }

  @Test("a slice reads as the rows it spans, and slices of slices too", arguments: ModelColumn.leafTypes)
  func slice(type: DataType) {
    var generator = SeededRandom(seed: 2)
    let model = ModelColumn.random(type, count: 100, using: &generator)
    let slice = model.build().slice(from: 13, count: 60)
    #expect(slice.modelValues == Array(model.values[13..<73]))
    let inner = slice.slice(from: 9, count: 17)
    #expect(inner.modelValues == Array(model.values[22..<39]))
    #expect(inner.nullCount == model.values[22..<39].count { $0 == nil })
  }

  @Test("taking rows copies them in the order asked for", arguments: ModelColumn.leafTypes)
  func take(type: DataType) {
    var generator = SeededRandom(seed: 3)
    let model = ModelColumn.random(type, count: 200, using: &generator)
    let column = model.build().slice(from: 5, count: 190)
    let indexes = (0..<77).map { _ in Int32.random(in: 0..<190, using: &generator) }
    #expect(column.taking(indexes).modelValues == indexes.map { model.values[Int($0) + 5] })
  }

  @Test("concatenating joins columns and slices", arguments: ModelColumn.leafTypes)
  func concatenate(type: DataType) {
    var generator = SeededRandom(seed: 4)
    let models = [3, 0, 40, 1].map { ModelColumn.random(type, count: $0, using: &generator) }
    let columns = models.map { $0.build() } + [models[2].build().slice(from: 11, count: 20)]
    let joined = Column.concatenating(columns)
    #expect(joined.modelValues == models.flatMap(\.values) + models[2].values[11..<31])
  }

  @Test("truncating a builder forgets the rows and their nulls", arguments: ModelColumn.leafTypes)
  func truncate(type: DataType) {
    var generator = SeededRandom(seed: 5)
    let model = ModelColumn.random(type, count: 50, using: &generator)
    var builder = ColumnBuilder(type: type)
    let source = model.build()
    for row in 0..<50 { appendRow(row, of: source, to: &builder) }
    builder.truncate(to: 21)
    for row in 30..<50 { appendRow(row, of: source, to: &builder) }
    let column = builder.finish()
    #expect(column.modelValues == Array(model.values[..<21] + model.values[30...]))
    #expect(column.nullCount == column.modelValues.count { $0 == nil })
  }

  @Test("lists and rows nest through every kernel")
  func nested() {
    let type = DataType.array(
      .row([.init(name: "a", type: .int32, isNullable: true), .init(name: "b", type: .string, isNullable: true)]))
    var builder = ColumnBuilder(type: type)
    for row in 0..<20 {
      if row % 6 == 5 {
        builder.appendNull()
        continue
      }
      for element in 0..<(row % 4) {
        builder.children[0].children[0].append(Int32(row * 10 + element))
        builder.children[0].children[1].append(text: "\(row)/\(element)")
        builder.children[0].appendRow()
      }
      builder.appendList()
    }
    let column = builder.finish()
    #expect(column.elements(3) == ["30:3/0", "31:3/1", "32:3/2"])
    #expect(column.slice(from: 2, count: 5).elements(1) == ["30:3/0", "31:3/1", "32:3/2"])
    #expect(column.taking([7, 3]).elements(1) == ["30:3/0", "31:3/1", "32:3/2"])
    let joined = Column.concatenating([column.slice(from: 6, count: 4), column.slice(from: 3, count: 2)])
    #expect(joined.elements(4) == ["30:3/0", "31:3/1", "32:3/2"])
    #expect(joined.nullCount == 0 && column.nullCount == 3)
  }

  @Test("unsigned numbers widen without changing")
  func widen() {
    var builder = ColumnBuilder(type: .uint64)
    builder.append(UInt64.max)
    builder.appendNull()
    builder.append(UInt64(7))
    let wide = builder.finish().slice(from: 0, count: 3).converted(to: .decimal(precision: 20, scale: 0))
    #expect(wide.unscaledDecimal(0) == 18_446_744_073_709_551_615)
    #expect(wide.isNull(1))
    #expect(wide.unscaledDecimal(2) == 7)
    #expect(Column.canConvert(.uint32, to: .int64))
    #expect(!Column.canConvert(.uint32, to: .int32))
  }

  private func appendRow(_ row: Int, of source: Column, to builder: inout ColumnBuilder) {
    if source.isNull(row) { return builder.appendNull() }
    switch source.type.layout {
    case .bits: builder.append(boolean: source.boolean(row))
    case .fixed(width: 1): builder.append(source.fixed(as: UInt8.self)[row])
    case .fixed(width: 2): builder.append(source.fixed(as: UInt16.self)[row])
    case .fixed(width: 4): builder.append(source.fixed(as: UInt32.self)[row])
    case .fixed(width: 8): builder.append(source.fixed(as: UInt64.self)[row])
    case .fixed: builder.append(source.fixed(as: UInt128.self)[row])
    case .bytes: builder.append(text: String(decoding: source.bytes(at: row), as: UTF8.self))
    case .list, .row: Issue.record("leaf types only")
    }
  }
}

extension Column {
  fileprivate func elements(_ row: Int) -> [String] {
    (Int(offsets[row])..<Int(offsets[row + 1])).map { element in
      let fields = children[0].children
      return "\(fields[0].fixed(as: Int32.self)[element]):\(String(decoding: fields[1].bytes(at: element), as: UTF8.self))"
    }
  }
}
