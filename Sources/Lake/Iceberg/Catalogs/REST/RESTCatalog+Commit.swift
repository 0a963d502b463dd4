internal import SluiceCore

extension RESTCatalog {
  /// How often a request is sent whose answer got lost.
  static let attempts = 4

  /// A commit whose answer is lost is looked for by its snapshot, and sent again when it is not there: what it requires lets the server take only
  /// one of the two, and a refusal that follows may be the echo of our own success, so the table is looked at once more.
  func commit(_ table: TableID, requirements: [TableRequirement], updates: [TableUpdate]) throws -> CommitOutcome {
    let body = SpecValue.members([
      "identifier": identifier(table), "requirements": .array(requirements.map(\.json)), "updates": .array(updates.map(\.json)),
    ])
    var call = try call(.post, table, "committing", body: body, isRepeatable: false)
    if try configuration().knowsIdempotencyKeys { call.headers.append(HTTPHeader("Idempotency-Key", IdempotencyKey.make())) }
    let snapshot = updates.addedSnapshot
    var lost: (any Error)?
    for attempt in 1...Self.attempts {
      if attempt > 1 { pause(Double(attempt - 1)) }
      let response: HTTPResponse?
      do {
        switch try session.send(call) {
        case .response(let answer): response = answer
        case .lost(let error): (response, lost) = (nil, error)
        }
      } catch {
        guard lost != nil else { throw error }
        return .unknown(error)
      }
      if let response, response.status == 200 {
        do {
          return .committed(try loaded(session.json(response, call), table))
        } catch {
          lost = error
        }
      }
      if lost != nil || response?.status == 409 {
        switch find(snapshot, in: table) {
        case .found(let loaded): return .committed(loaded)
        case .missing: break
        case .unknown(let error): return .unknown(error)
        }
      }
      guard let response, response.status != 200 else { continue }
      let failure = session.failure(response, call)
      guard response.status == 409 else { throw failure }
      // A server may refuse a repetition while the first request is still under way.
      return lost == nil ? .conflict(failure.message) : .unknown(failure)
    }
    return .unknown(lost ?? SluiceError(.catalogUnavailable, "the answer was lost", at: .init(table: table)))
  }

  private enum Search {
    case found(LoadedTable)
    case missing
    case unknown(any Error)
  }

  private func find(_ snapshot: Int64?, in table: TableID) -> Search {
    guard let snapshot else { return .missing }
    do {
      guard let loaded = try load(table), loaded.metadata.snapshot(snapshot) != nil else { return .missing }
      return .found(loaded)
    } catch {
      return .unknown(error)
    }
  }
}

extension [TableUpdate] {
  /// The last snapshot that they add.
  fileprivate var addedSnapshot: Int64? {
    reversed().lazy.compactMap { if case .addSnapshot(let snapshot) = $0 { snapshot.id } else { nil } }.first
  }
}
