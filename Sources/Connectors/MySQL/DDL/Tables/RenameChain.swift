internal import SluiceCore

/// The renames of one statement, which take effect one after the other.
enum RenameChain {
  /// What becomes of each table in the end, in the order in which they are first named: `a TO x, b TO a, x TO b` swaps two.
  static func net(_ renames: [(from: TableID, to: TableID)]) -> [(from: TableID, to: TableID)] {
    var chain: [(from: TableID, to: TableID)] = []
    for rename in renames {
      if let place = chain.firstIndex(where: { $0.to == rename.from }) {
        chain[place].to = rename.to
      } else {
        chain.append(rename)
      }
    }
    return chain.filter { $0.from != $0.to }
  }
}
