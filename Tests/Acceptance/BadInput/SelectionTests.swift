import SluiceCore
import TestKit
import Testing

@Suite struct SelectionTests {
  @Test("A table that is not there is named", arguments: DatabaseServer.Product.allCases)
  func unknownTable(_ product: DatabaseServer.Product) throws {
    let database = try Self.database(product)
    try refused(CopyJob(from: database, tables: ["orders", "oders"]), "\(database.name).oders")
  }

  @Test("A database that is not there is named", arguments: DatabaseServer.Product.allCases)
  func unknownDatabase(_ product: DatabaseServer.Product) throws {
    let database = try Self.database(product)
    try refused(CopyJob(from: database, ["source": ["tables": ["no_such_database.orders"]]]), "no_such_database.orders")
    try refused(CopyJob(from: database, ["source": ["tables": ["no_such_database.*"]]]), "no_such_database.*")
  }

  @Test("Patterns that match nothing, and exclusions that leave nothing, are refused")
  func nothingMatches() throws {
    let database = try Self.database(.mariadb)
    try refused(CopyJob(from: database, tables: ["x_*", "y?"]), "no table matches", "\(database.name).x_*", "\(database.name).y?")
    try refused(CopyJob(from: database, ["source": ["tables": [.string("/\(database.name)\\.[0-9]+/")]]]), "no table matches")
    try refused(CopyJob(from: database, ["source": ["exclude": [.string("\(database.name).*")]]]), "no table matches")
  }

  @Test("A view is told to be one")
  func view() throws {
    let database = try Self.database(.mariadb)
    try database.execute("CREATE VIEW seen AS SELECT * FROM orders")
    try refused(CopyJob(from: database, tables: ["seen"]), "\(database.name).seen", "view")
  }

  private static func database(_ product: DatabaseServer.Product) throws -> TestDatabase {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE orders (id INT PRIMARY KEY); INSERT INTO orders VALUES (1)")
    return database
  }

  private func refused(_ job: @autoclosure () throws -> CopyJob, _ words: String..., location: SourceLocation = #_sourceLocation) throws {
    let job = try job()
    let outcome = try job.run()
    outcome.expectRefused(4, .sourceTableMissing, location: location)
    for word in words { #expect(outcome.errors.contains(word), "\(outcome)", sourceLocation: location) }
    job.expectUntouchedLake(location: location)
  }
}
