/// From a kind of server into a lake format. A suite over `allCases` runs over every pair of them.
public struct Passage: Sendable, CaseIterable, CustomStringConvertible {
  public let product: DatabaseServer.Product
  public let format: LakeFormatName

  public init(product: DatabaseServer.Product, format: LakeFormatName) {
    (self.product, self.format) = (product, format)
  }

  public static let allCases = LakeFormatName.allCases.flatMap { format in
    DatabaseServer.Product.allCases.map { Passage(product: $0, format: format) }
  }

  public var description: String { "\(product) to \(format)" }
}
