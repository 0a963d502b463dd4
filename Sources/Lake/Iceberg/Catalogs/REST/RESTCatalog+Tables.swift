internal import SluiceCore

extension RESTCatalog {
  func load(_ table: TableID) throws -> LoadedTable? {
    let call = try call(.get, table, "loading the table")
    let response = try session.ask(call)
    if response.status == 404 {
      let failure = session.failure(response, call)
      if failure.kind == .targetMissing { return nil }
      throw failure
    }
    guard response.status == 200 else { throw session.failure(response, call) }
    return try loaded(session.json(response, call), table)
  }

  func exists(_ table: TableID) throws -> Bool {
    guard try configuration().offers("HEAD \(Self.table)") else { return try load(table) != nil }
    let call = try call(.head, table, "looking for the table")
    let response = try session.ask(call)
    switch response.status {
    case 200, 204: return true
    case 404: return false
    default: throw session.failure(response, call)
    }
  }

  /// When the answer is lost, the table that is found then counts as made: whoever made it, it has no snapshot of a foreign job yet, or the caller
  /// will see that.
  func create(_ table: TableID, _ creation: TableCreation) throws -> LoadedTable {
    let config = try configuration()
    var call = try call(
      .post, table, "making the table", path: config.path("namespaces", config.part(levels(table.database)), "tables"),
      body: request(table, creation), isRepeatable: false)
    if config.knowsIdempotencyKeys { call.headers.append(HTTPHeader("Idempotency-Key", IdempotencyKey.make())) }
    return try upgraded(make(table, call), table, to: creation.formatVersion)
  }

  /// Forgets the table. With `purging` the server removes its files as well.
  func drop(_ table: TableID, purging: Bool) throws {
    let call = try call(.delete, table, "dropping the table", query: [("purgeRequested", "\(purging)")])
    let response = try session.ask(call)
    guard (200..<300).contains(response.status) || session.failure(response, call).kind == .targetMissing else {
      throw session.failure(response, call)
    }
  }

  func drop(_ table: TableID) throws { try drop(table, purging: false) }

  /// Gives the table another name. Throws `target-conflict` when that one is taken.
  func rename(_ table: TableID, to target: TableID) throws {
    let body = SpecValue.members(["source": identifier(table), "destination": identifier(target)])
    let config = try configuration()
    let call = try call(.post, table, "renaming the table", path: config.path("tables", "rename"), body: body, isRepeatable: false)
    switch try session.send(call) {
    case .response(let response) where (200..<300).contains(response.status): return
    case .response(let response): throw session.failure(response, call)
    case .lost(let error):
      guard try load(table) == nil, try load(target) != nil else { throw error }
    }
  }

  func identifier(_ table: TableID) -> SpecValue {
    .members(["namespace": .array(levels(table.database).map { .string($0) }), "name": .string(table.name)])
  }

  private func make(_ table: TableID, _ call: RESTSession.Call) throws -> LoadedTable {
    var attempt = 0
    while true {
      attempt += 1
      switch try session.send(call) {
      case .response(let response) where response.status == 200: return try loaded(session.json(response, call), table)
      case .response(let response): throw session.failure(response, call)
      case .lost(let error):
        if let found = try load(table) { return found }
        guard attempt < Self.attempts else { throw error }
        pause(Double(attempt))
      }
    }
  }

  /// A server may not know how to make a table of that version, but how to raise it.
  private func upgraded(_ made: LoadedTable, _ table: TableID, to version: Int) throws -> LoadedTable {
    guard made.metadata.formatVersion < version else { return made }
    switch try commit(table, requirements: [.uuid(made.metadata.uuid)], updates: [.upgradeFormatVersion(version)]) {
    case .committed(let loaded): return loaded
    case .conflict(let message): throw SluiceError(.targetConflict, message, at: .init(table: table))
    case .unknown(let error): throw error
    }
  }

  private func request(_ table: TableID, _ creation: TableCreation) -> SpecValue {
    let properties = creation.properties.merging(["format-version": "\(creation.formatVersion)"]) { $1 }
    return .members([
      "name": .string(table.name), "location": creation.location.map { .string($0) }, "schema": creation.schema.json,
      "partition-spec": creation.partitionSpec.fields.isEmpty ? nil : creation.partitionSpec.json,
      "write-order": creation.sortOrder.fields.isEmpty ? nil : creation.sortOrder.json, "stage-create": .boolean(false),
      "properties": .texts(properties),
    ])
  }
}
