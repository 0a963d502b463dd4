internal import SluiceCore
internal import Synchronization

/// Which files of other engines hold a key that lives more than once, in other rows of theirs or in the table's own files. A merge changes no
/// row, and of one key a sorted file has one row: so these files stay what they are, until a change of the key replaces all of its rows.
///
/// Remembers what it has found. Thread-safe.
final class DoubledKeys: Sendable {
  private static let batchRows = 8192
  /// Memory for the keys of one group: each is held as it was read, and as it is compared.
  private static let share = 4

  /// The number of dead rows that a file had when such a key was found in it, by the file's name: with more, it is worth another look.
  private let known = Mutex<[String: Int]>([:])

  func isKnown(_ file: IcebergFile, dead: Int) -> Bool {
    known.withLock { $0[file.name] == dead }
  }

  /// Forgets files that are gone.
  func keep(_ live: Set<String>) {
    known.withLock { known in known = known.filter { live.contains($0.key) } }
  }

  /// The files of `group` without such a key, and none beyond what `memory` allows. `own` are the sorted files of the same partition.
  func free(
    _ group: [IcebergFile], own: [IcebergFile], _ files: IcebergTableFiles, _ keyFiles: KeyFiles<IcebergTableFiles>, memory: Int,
    dead: (IcebergFile) throws -> RoaringBitmap?
  ) throws -> [IcebergFile] {
    var looked: [IcebergFile] = []
    var batches: [Batch] = []
    /// Where the rows of each file end.
    var ends: [Int] = []
    var bytes = 0
    for file in group where bytes < memory / Self.share {
      let stream = try files.open(file, columns: files.keys, withSystemColumns: false, batchRows: Self.batchRows, dead: try dead(file))
      var end = ends.last ?? 0
      while let batch = try stream.next() {
        batches.append(batch)
        bytes += batch.byteSize
        end += batch.rowCount
      }
      looked.append(file)
      ends.append(end)
    }
    if batches.isEmpty { return looked }
    let all = try keyFiles.codec.encode(Batch.concatenating(batches))
    let order = KeySort.order(of: all)
    var rows: Set<Int32> = []
    for (row, next) in zip(order, order.dropFirst()) where all.compare(Int(row), all.start(Int(next)), all.length(Int(next))) == 0 {
      rows.formUnion([row, next])
    }
    let keys = all.taking(order)
    let places = (0..<keys.count).map { Int32(truncatingIfNeeded: $0) }
    for file in own {
      let index = IndexedFile<IcebergTableFiles>(file, try keyFiles.bounds(of: file), stage: .live, dead: try dead(file) ?? RoaringBitmap())
      let missed = Set(try index.delete(keys, at: places, keyFiles))
      if missed.count < places.count { rows.formUnion(places.filter { !missed.contains($0) }.map { order[Int($0)] }) }
    }
    let doubled = Set(rows.map { row in ends.firstIndex { Int(row) < $0 } ?? 0 })
    for index in doubled {
      let count = try dead(looked[index])?.count ?? 0
      known.withLock { $0[looked[index].name] = count }
    }
    return looked.indices.filter { !doubled.contains($0) }.map { looked[$0] }
  }
}
