/// The bytes of a set, as `COM_BINLOG_DUMP_GTID` sends it.
///
/// Eight bytes with the number of sources and the format, then for each source its UUID, in the format with tags a tag with its length
/// (doubled: a number of variable length), the number of intervals, and each interval as first and one past last.
extension MySQLGTIDSet {
  var encoded: [UInt8] {
    let sources = intervals.keys.sorted()
    let isTagged = sources.contains { !$0.tag.isEmpty }
    var bytes: [UInt8] = []
    Self.append(isTagged ? 1 << 56 | UInt64(sources.count) << 8 | 1 : UInt64(sources.count), to: &bytes)
    for source in sources {
      Self.append(source.high.byteSwapped, to: &bytes)
      Self.append(source.low.byteSwapped, to: &bytes)
      if isTagged { bytes += [UInt8(truncatingIfNeeded: source.tag.utf8.count * 2)] + Array(source.tag.utf8) }
      let ranges = intervals[source] ?? []
      Self.append(UInt64(ranges.count), to: &bytes)
      for range in ranges {
        Self.append(range.lowerBound, to: &bytes)
        Self.append(range.upperBound + 1, to: &bytes)
      }
    }
    return bytes
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
