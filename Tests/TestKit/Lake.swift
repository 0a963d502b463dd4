internal import Foundation

/// A warehouse folder that a job writes to.
public struct Lake: Sendable {
  public let warehouse: String
  public let format: LakeFormatName

  public init(warehouse: String, format: LakeFormatName = .paimon) {
    self.warehouse = warehouse
    self.format = format
  }

  public func table(_ database: String, _ name: String) -> ForeignTable {
    ForeignTable(folder: "\(warehouse)/\(database)\(format.databaseSuffix)/\(name)", format: format)
  }

  /// The copy of a source table, when nothing renamed it.
  public func table(_ database: TestDatabase, _ name: String) -> ForeignTable {
    table(database.name, name)
  }

  /// All tables, by folder.
  public func tables() -> [ForeignTable] {
    folders(in: warehouse).filter { $0.hasSuffix(format.databaseSuffix) }.flatMap { database in
      folders(in: "\(warehouse)/\(database)").map { ForeignTable(folder: "\(warehouse)/\(database)/\($0)", format: format) }
    }.filter(\.exists)
  }

  /// Data, manifest and other files on disk that no snapshot names, as paths inside the warehouse.
  public func orphans() throws -> [String] {
    try tables().flatMap { table in try table.references().orphans.map { table.folder.dropFirst(warehouse.count + 1) + "/" + $0 } }
  }

  private func folders(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}
