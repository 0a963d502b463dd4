/// What is worth writing anew of a slot that nobody has changed for a while: readers are slow in files with dead rows, however few.
enum QuietRewrite {
  private static let share = 100
  private static let smallBytes = 64 << 20

  /// A slot or file of so few bytes always is.
  static func isSmall(_ bytes: Int) -> Bool { bytes <= smallBytes }

  /// A larger one is when a hundredth of its rows has changed.
  static func isMuch(_ changed: Int, of rows: Int) -> Bool { changed * share >= rows }
}
