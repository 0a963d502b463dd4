/// Which files of similar size become one, so that each row is written again a few times only, however many commits there are.
struct SizeClasses: Sendable {
  /// Files of one class differ by less than this factor.
  private static let factor = 4
  private static let smallest = 64 << 10

  /// Files of a class are joined when there are this many.
  let minimumFiles: Int
  let targetFileSize: Int

  /// Whether a file of so many bytes is far from the target size.
  func isSmall(_ bytes: Int) -> Bool { bytes < targetFileSize / 10 * 7 }

  /// Groups of the files whose sizes are given. Files near the target size are left alone.
  func groups<File>(of files: [File], size: (File) -> Int) -> [[File]] {
    let small = files.filter { isSmall(size($0)) }
    return Dictionary(grouping: small) { Self.number(of: size($0)) }.sorted { $0.key < $1.key }.map(\.value).filter { $0.count >= minimumFiles }
  }

  private static func number(of size: Int) -> Int {
    var limit = smallest
    var number = 0
    while size >= limit {
      limit *= factor
      number += 1
    }
    return number
  }
}
