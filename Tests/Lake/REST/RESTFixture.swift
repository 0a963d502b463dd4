import SluiceCore
import SluiceNet
import Synchronization
import TestKit

@testable import SluiceLake

/// A REST catalog and a client of it. Pauses are noted and not waited for.
struct RESTFixture {
  static let table = TableID(database: "shop", name: "orders")

  let server: RESTCatalogServer
  let pauses = Pauses()

  final class Pauses: Sendable {
    private let noted = Mutex<[Double]>([])

    func note(_ seconds: Double) { noted.withLock { $0.append(seconds) } }

    var all: [Double] { noted.withLock { $0 } }
  }

  init(_ settings: SpecValue = .object([]), tls: TestCertificates? = nil) throws {
    server = try RESTCatalogServer(settings, tls: tls)
  }

  /// A client of the server with options of the spec. `warehouse` is `sink.warehouse`.
  func catalog(_ options: SpecValue = .object([]), warehouse: String? = nil) throws -> RESTCatalog {
    let options = try Self.options(SpecValue(["uri": .string(server.uri)]).merging(options), warehouse: warehouse)
    return RESTCatalog(options, http: CurlClient(), pause: pauses.note)
  }

  static func options(_ value: SpecValue, warehouse: String? = nil) throws -> RESTOptions {
    var parser = OptionParser(secrets: .none)
    let values = parser.parse(value, as: RESTOptions.definitions, at: "$.sink.catalog")
    try parser.finish()
    return try RESTOptions(values, warehouse: warehouse, at: "$.sink.catalog")
  }

  /// The table, made by `catalog`.
  @discardableResult
  func make(_ catalog: RESTCatalog, _ table: TableID = Self.table, version: Int = 3) throws -> LoadedTable {
    try catalog.createNamespace(table.database)
    return try catalog.create(table, Self.creation(version: version))
  }

  static func creation(version: Int = 3) throws -> TableCreation {
    let json: SpecValue = [
      "type": "struct", "schema-id": 0, "identifier-field-ids": [5],
      "fields": [
        ["id": 5, "name": "id", "required": true, "type": "long"], ["id": 9, "name": "name", "required": false, "type": "string", "doc": "a note"],
      ],
    ]
    return TableCreation(formatVersion: version, schema: try IcebergSchema(json: json))
  }

  /// A commit that adds an empty snapshot to what `loaded` is.
  func commit(_ catalog: RESTCatalog, _ loaded: LoadedTable, id: Int64 = IcebergSnapshot.makeID(), summary: [String: String] = [:]) throws
    -> CommitOutcome
  {
    let snapshot = try snapshot(loaded, id: id, summary: summary)
    return try catalog.commit(
      Self.table, requirements: requirements(loaded),
      updates: [.addSnapshot(snapshot), .setReference("main", SnapshotReference(snapshotID: id))])
  }

  func requirements(_ loaded: LoadedTable) -> [TableRequirement] {
    [.uuid(loaded.metadata.uuid), .reference("main", snapshotID: loaded.metadata.currentSnapshotID)]
  }

  private func snapshot(_ loaded: LoadedTable, id: Int64, summary: [String: String]) throws -> IcebergSnapshot {
    // The server only looks whether the file is there.
    let list = server.folder.appending("list-\(id).avro")
    try Files.make(list)
    return IcebergSnapshot(
      id: id, parentID: loaded.metadata.currentSnapshotID, sequenceNumber: loaded.metadata.lastSequenceNumber + 1,
      timestampMillis: 1_700_000_000_000, manifestList: "file://\(list)", summary: summary.merging(["operation": "append"]) { $1 },
      schemaID: loaded.metadata.currentSchemaID, firstRowID: loaded.metadata.nextRowID, addedRows: loaded.metadata.nextRowID == nil ? nil : 0)
  }
}

extension CommitOutcome {
  var committed: LoadedTable? { if case .committed(let loaded) = self { loaded } else { nil } }

  var isConflict: Bool { if case .conflict = self { true } else { false } }

  var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
