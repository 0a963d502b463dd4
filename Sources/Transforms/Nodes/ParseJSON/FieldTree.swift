/// All paths of a node in one tree, so that one pass over a document finds what each leads to.
///
/// Plain values in arrays: the pass reads them through pointers.
struct FieldTree: Sendable {
  struct Node: Sendable {
    /// Where the span of the value at this node goes; -1 where no path ends.
    var slot: Int32 = -1
    /// The slots of this node and of those below it: they begin anew when a key comes twice.
    var firstSlot: Int32 = 0
    var slotEnd: Int32 = 0
    /// Its keys in `keys`, its indexes in `indexes`.
    var firstKey: Int32 = 0
    var keyCount: Int32 = 0
    var firstIndex: Int32 = 0
    var indexCount: Int32 = 0
    /// Whether members that no path names are collected.
    var collects = false
  }

  struct Key: Sendable {
    let start: Int32
    let count: Int32
    let node: Int32
    /// The first eight bytes, and which of them the key has.
    let head: UInt64
    let mask: UInt64
    /// Whether a document may write it without escapes.
    let isPlain: Bool

    init(_ bytes: [UInt8], start: Int, node: Int32) {
      self.start = Int32(start)
      count = Int32(bytes.count)
      self.node = node
      head = bytes.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64($1.offset * 8) }
      mask = bytes.count >= 8 ? .max : (1 << UInt64(bytes.count * 8)) - 1
      isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }
    }
  }

  struct Index: Sendable {
    let index: Int32
    let node: Int32
  }

  private(set) var nodes: [Node] = []
  private(set) var keys: [Key] = []
  private(set) var indexes: [Index] = []
  private(set) var keyBytes: [UInt8] = []
  private(set) var slotCount = 0
  /// The slot of each path, in the order in which they were given.
  private(set) var slots: [Int] = []

  /// `rest` is the object whose other members are collected.
  init(_ paths: [FieldPath], rest: FieldPath? = nil) {
    let root = Draft()
    for (number, path) in paths.enumerated() { root.descend(path.steps).paths.append(number) }
    if let rest { root.descend(rest.steps).collects = true }
    slots = [Int](repeating: 0, count: paths.count)
    _ = add(root)
  }

  /// A node while the tree is made.
  private final class Draft {
    var children: [(step: FieldPath.Step, node: Draft)] = []
    var paths: [Int] = []
    var collects = false

    func descend(_ steps: [FieldPath.Step]) -> Draft {
      steps.reduce(self) { node, step in
        if let known = node.children.first(where: { $0.step == step }) { return known.node }
        let made = Draft()
        node.children.append((step, made))
        return made
      }
    }
  }

  private mutating func add(_ draft: Draft) -> Int32 {
    let place = nodes.count
    var node = Node()
    nodes.append(node)
    node.firstSlot = Int32(slotCount)
    if !draft.paths.isEmpty {
      node.slot = Int32(slotCount)
      for path in draft.paths { slots[path] = slotCount }
      slotCount += 1
    }
    node.collects = draft.collects
    var ownKeys: [Key] = []
    var ownIndexes: [Index] = []
    for (step, child) in draft.children {
      switch step {
      case .key(let text):
        let bytes = Array(text.utf8)
        let start = keyBytes.count
        keyBytes += bytes
        ownKeys.append(Key(bytes, start: start, node: add(child)))
      case .index(let index): ownIndexes.append(Index(index: Int32(clamping: index), node: add(child)))
      }
    }
    node.firstKey = Int32(keys.count)
    node.keyCount = Int32(ownKeys.count)
    node.firstIndex = Int32(indexes.count)
    node.indexCount = Int32(ownIndexes.count)
    keys += ownKeys
    indexes += ownIndexes
    node.slotEnd = Int32(slotCount)
    nodes[place] = node
    return Int32(place)
  }
}
