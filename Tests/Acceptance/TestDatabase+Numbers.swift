import TestKit

extension TestDatabase {
  /// A derived table of the numbers from 0, in a column `n`, that both products understand.
  static func numbers(below count: Int) -> String {
    let digits = (1...9).map { "UNION ALL SELECT \($0) " }.joined()
    let places = String(max(count - 1, 1)).count
    let tables = (0..<places).map { "(SELECT 0 AS d \(digits)) AS p\($0)" }.joined(separator: " CROSS JOIN ")
    var scale = 1
    let terms = (0..<places).map { place in
      defer { scale *= 10 }
      return "p\(place).d * \(scale)"
    }
    return "(SELECT \(terms.joined(separator: " + ")) AS n FROM \(tables) HAVING n < \(count) ORDER BY n) AS numbers"
  }
}
