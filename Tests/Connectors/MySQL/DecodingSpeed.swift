import Foundation
import SluiceCore
import Testing

@testable import SluiceConnectors

/// P1: rows of the bench table, as the text protocol delivers them, from memory into columns. Run it in a release build:
/// `SLUICE_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter DecodingSpeed`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["SLUICE_BENCH"] != nil)) struct DecodingSpeed {
  @Test func `a value costs about ten nanoseconds`() {
    let rows = 20_000
    let types: [DataType] =
      [.int64, .int64, .int32, .int32, .int32] + Array(repeating: .decimal(precision: 15, scale: 2), count: 4)
      + [.string, .string, .date, .date, .timestamp(precision: 6), .string, .string, .string]
    let decoders =
      [.int64, .int64, .int32, .int32, .int32].map { ValueDecoder($0) } + Array(repeating: ValueDecoder(.decimal64, scale: 2), count: 4)
      + [ValueDecoder(.text), ValueDecoder(.text), ValueDecoder(.date), ValueDecoder(.date), ValueDecoder(.microseconds, scale: 6)]
      + Array(repeating: ValueDecoder(.text), count: 3)
    let wire = CapturedRows(rows)
    var builder = BatchBuilder(types: types, capacity: 4096)
    var best = Double.infinity
    for _ in 0..<40 {
      let start = clock()
      var bytes = 0
      for row in 0..<rows {
        guard let columns = builder.columns.baseAddress else { return }
        let failed = decoders.withUnsafeBufferPointer { decoders in
          decoders.baseAddress.map {
            RowDecoder.append(wire.values + row * 17, wire.lengths + row * 17, $0, to: columns, count: 17, byteCount: &bytes)
          }
        }
        if failed != -1 { Issue.record("value \(String(describing: failed)) of row \(row)") }
        builder.finishRow()
        if builder.rowCount == 16_384 { _ = builder.finish() }
      }
      _ = builder.finish()
      best = min(best, Double(clock() - start) / Double(CLOCKS_PER_SEC))
    }
    print("P1: \((best / Double(rows * 17) * 1e10).rounded() / 10) ns per value")
  }
}

/// Rows in one run of memory, as in the client library's buffer.
private final class CapturedRows {
  let values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  let lengths: UnsafeMutablePointer<UInt>
  private let bytes: UnsafeMutablePointer<CChar>

  init(_ rows: Int) {
    values = .allocate(capacity: rows * 17)
    lengths = .allocate(capacity: rows * 17)
    bytes = .allocate(capacity: rows * 256)
    var place = 0
    var random: UInt64 = 42
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    func money(_ bound: Int) -> String {
      let cents = next(bound)
      return "\(cents / 100).\(two(cents % 100))"
    }
    func day() -> String { "\(1992 + next(7))-\(two(1 + next(12)))-\(two(1 + next(28)))" }
    for row in 0..<rows {
      let texts: [String?] = [
        "\(1_000_000 + row)", "\(250_000 + row / 4)", "\(1 + next(200_000))", "\(1 + next(10_000))", "\(1 + next(4))", "\(1 + next(50)).00",
        money(10_090_000), "0.0\(next(10))", row % 20 == 0 ? nil : "0.0\(next(9))", "N", "O", day(), row % 50 == 0 ? nil : day(),
        "\(day()) \(two(next(24))):\(two(next(60))):\(two(next(60))).\(100_000 + next(900_000))", "DELIVER IN PERSON", "REG AIR",
        String("carefully \(next(1 << 30)) packages \(next(1 << 30))".prefix(10 + next(34))),
      ]
      for (column, text) in texts.enumerated() {
        let utf8 = Array((text ?? "").utf8)
        values[row * 17 + column] = text == nil ? nil : bytes + place
        lengths[row * 17 + column] = UInt(utf8.count)
        for byte in utf8 {
          bytes[place] = CChar(bitPattern: byte)
          place += 1
        }
        place += 1
      }
    }
  }

  deinit {
    values.deallocate()
    lengths.deallocate()
    bytes.deallocate()
  }
}
