import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

/// An SQL catalog whose database another program locks.
@Suite struct SQLCatalogLockTests {
  @Test("a locked database is waited for, and is unavailable when that takes too long") func locked() throws {
    let folder = try TemporaryFolder()
    let path = folder.appending("catalog.db")
    let patient = try SQLCatalogDatabase(path: path, name: "sluice")
    let hasty = try SQLCatalogDatabase(path: path, name: "sluice", patience: 0.3)
    _ = try LakeReader.shared.ask("iceberg", ["do": "lock", "path": .string(path), "seconds": 3])
    let error = #expect(throws: SluiceError.self) { try hasty.createNamespace("a") }
    #expect(error?.kind == .catalogUnavailable && error?.remedy?.contains("locks") == true, "\(String(describing: error))")
    try patient.createNamespace("b")
    #expect(try hasty.namespaces() == ["b"])
  }
}
