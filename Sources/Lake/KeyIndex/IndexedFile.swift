internal import SluiceCore

/// A data file of a slot, as a writer knows it: its keys, and which of its rows are dead. Confined to one thread.
final class IndexedFile<Files: TableFiles> {
  enum Stage {
    /// In the table.
    case live
    /// Handed over to be committed.
    case prepared
    /// Written since the last hand-over; others written at the same time have the same number.
    case written(Int)
  }

  var file: Files.File
  var stage: Stage
  /// `TableFiles.keyBounds`.
  let minimum: [UInt8]
  let maximum: [UInt8]
  /// Dead rows, those that are not committed yet included.
  private(set) var dead: RoaringBitmap
  /// Rows that died since the last hand-over.
  private(set) var fresh = RoaringBitmap()
  private var keys: KeyFile?

  init(_ file: Files.File, _ bounds: (minimum: [UInt8], maximum: [UInt8]), stage: Stage, dead: RoaringBitmap = RoaringBitmap(), keys: KeyFile? = nil)
  {
    self.file = file
    self.stage = stage
    self.dead = dead
    self.keys = keys
    (minimum, maximum) = bounds
  }

  var name: String { file.name }

  var heldBytes: Int { 1024 + dead.byteCount + fresh.byteCount + (keys?.heldBytes ?? 0) }

  /// Marks the rows of the keys at `places`, which ascend, as dead, and returns the places of keys that have no living row here.
  func delete(_ wanted: EncodedKeys, at places: [Int32], _ files: KeyFiles<Files>) throws -> [Int32] {
    let range = rangeOfKeys(wanted, places)
    if range.isEmpty { return places }
    var rows: [UInt32] = []
    let missed = try search(files) { search in
      rows.removeAll(keepingCapacity: true)
      return search.find(wanted, at: places[range]) { place in
        let before = rows.count
        search.keys.forEachRow(at: place) { row in
          if !dead.contains(row) { rows.append(UInt32(truncatingIfNeeded: row)) }
        }
        return rows.count > before
      }
    }
    if !rows.isEmpty {
      if !files.isSorted(file) { rows.sort() }
      let died = RoaringBitmap(ascending: rows)
      dead.formUnion(died)
      fresh.formUnion(died)
    }
    return places[..<range.lowerBound] + missed + places[range.upperBound...]
  }

  /// The keys of the rows that died since the last hand-over.
  func freshKeys(_ files: KeyFiles<Files>) throws -> EncodedKeys {
    try keys(of: fresh, files)
  }

  /// The keys of some rows.
  func keys(of rows: RoaringBitmap, _ files: KeyFiles<Files>) throws -> EncodedKeys {
    let rows = rows.rows
    return try search(files) { $0.keys(of: rows) }
  }

  /// Hands over what died since the last time.
  func takeFresh() -> RoaringBitmap {
    defer { fresh = RoaringBitmap() }
    return fresh
  }

  /// Frees memory; the keys are opened again when they are needed.
  func forgetKeys() {
    keys = nil
  }

  /// The part of `places` whose keys may be in this file.
  private func rangeOfKeys(_ wanted: EncodedKeys, _ places: [Int32]) -> Range<Int> {
    func bound(_ isBefore: (Int) -> Bool) -> Int {
      var low = 0
      var end = places.count
      while low < end {
        let middle = (low + end) / 2
        if isBefore(Int(places[middle])) { low = middle + 1 } else { end = middle }
      }
      return low
    }
    let first = bound { wanted.compare($0, minimum) < 0 }
    return first..<max(first, bound { wanted.comparePrefix($0, maximum) <= 0 })
  }

  /// Key files may go at any time; they are made again once.
  private func search<Result>(_ files: KeyFiles<Files>, _ work: (KeySearch) throws -> Result?) throws -> Result {
    let open = try keys ?? files.open(file)
    keys = open
    if let search = KeySearch(open, dataFile: name), let result = try work(search) { return result }
    let made = try files.make(file)
    keys = made
    if let search = KeySearch(made, dataFile: name), let result = try work(search) { return result }
    throw SluiceError(.storageFailed, "the key index cannot be read back", at: .init(path: files.path(of: name)))
  }
}
