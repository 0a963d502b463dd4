internal import SluiceCore

extension RESTCatalog {
  /// An account that may not make namespaces can use those that are there.
  func createNamespace(_ name: String) throws {
    for count in 1...levels(name).count {
      let levels = Array(levels(name).prefix(count))
      if try !hasNamespace(levels) { try create(levels) }
    }
  }

  func namespaces() throws -> [String] {
    let config = try configuration()
    let parent = options.namespace.isEmpty ? [] : [("parent", options.namespace.joined(separator: config.plainSeparator))]
    let call = RESTSession.Call(
      method: .get, path: config.path("namespaces"), query: parent, doing: "listing the namespaces", headers: config.headers, isRepeatable: true)
    return try pages(call, "namespaces").compactMap { item in
      if case .array(let levels) = item, case .string(let name)? = levels.last { name } else { nil }
    }.sorted()
  }

  func tables(in namespace: String) throws -> [TableID] {
    let config = try configuration()
    let call = RESTSession.Call(
      method: .get, path: config.path("namespaces", config.part(levels(namespace)), "tables"), doing: "listing the tables of \(namespace)",
      headers: config.headers, isRepeatable: true)
    return try pages(call, "identifiers").compactMap { item in
      if case .string(let name)? = item["name"] { TableID(database: namespace, name: name) } else { nil }
    }.sorted()
  }

  private func hasNamespace(_ levels: [String]) throws -> Bool {
    let config = try configuration()
    let call = RESTSession.Call(
      method: .get, path: config.path("namespaces", config.part(levels)), doing: "looking for the namespace \(levels.joined(separator: "."))",
      headers: config.headers, isRepeatable: true)
    let response = try session.ask(call)
    switch response.status {
    case 200: return true
    case 404: return false
    default: throw session.failure(response, call)
    }
  }

  private func create(_ levels: [String]) throws {
    let config = try configuration()
    let body = SpecValue.members(["namespace": .array(levels.map { .string($0) }), "properties": .object([])])
    let call = RESTSession.Call(
      method: .post, path: config.path("namespaces"), body: body, doing: "making the namespace \(levels.joined(separator: "."))",
      headers: config.headers, isRepeatable: true)
    let response = try session.ask(call)
    guard response.status == 200 || response.status == 409 else { throw session.failure(response, call) }
  }

  /// All items of a list that the server may hand out in pieces; none of a namespace that is not there.
  private func pages(_ call: RESTSession.Call, _ key: String) throws -> [SpecValue] {
    var items: [SpecValue] = []
    var token = ""
    var seen: Set<String> = []
    while true {
      var page = call
      page.query += [("pageToken", token), ("pageSize", "1000")]
      let response = try session.ask(page)
      if response.status == 404, items.isEmpty, session.failure(response, call).kind == .targetMissing { return [] }
      guard response.status == 200 else { throw session.failure(response, call) }
      let answer = try MetadataJSON(try session.json(response, call), "catalog's answer")
      items += try answer.array(key)
      guard let next = try answer.optionalString("next-page-token"), !next.isEmpty else { return items }
      guard seen.insert(next).inserted else { throw SluiceError(.catalogRefused, "\(call.doing): the server's list has no end") }
      token = next
    }
  }
}
