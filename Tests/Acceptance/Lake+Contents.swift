import Foundation
import TestKit

extension Lake {
  /// All files and folders below the warehouse.
  func contents() -> [String] {
    (FileManager.default.enumerator(atPath: warehouse)?.compactMap { $0 as? String } ?? []).sorted()
  }

  /// Files that were begun under a hidden name and never got theirs.
  func unfinishedFiles() -> [String] {
    contents().filter { $0.split(separator: "/").last?.hasPrefix(".") ?? false }
  }
}
