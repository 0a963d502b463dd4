internal import Foundation
internal import SluiceCore

/// Looks at source, sink and state of a job without changing them.
struct Inspection {
  let spec: JobSpec

  func findings() -> [Finding] {
    var findings = sourceFindings()
    if !findings.contains(where: { $0.level == .failure }) { findings.append(tableFinding()) }
    findings += sinkFindings()
    findings.append(stateFinding())
    return findings
  }

  private func sourceFindings() -> [Finding] {
    do {
      return try Composition.source(of: spec).preflight(spec.tables, follows: spec.startup != .snapshot)
    } catch {
      return [Self.failure("source", error)]
    }
  }

  private func tableFinding() -> Finding {
    do {
      let state = try? Composition.checkpoints(of: spec).latest()
      let tables = try Composition.plan(of: spec, state: state).tables.map(\.source)
      let rows = Figures.short(tables.reduce(0) { $0 + $1.estimatedRows })
      let bytes = Figures.bytes(tables.reduce(0) { $0 + $1.estimatedBytes })
      return Finding(.ok, "targets", "\(Figures.count(tables.count, "table")), about \(rows) rows, \(bytes)")
    } catch {
      return Self.failure("targets", error)
    }
  }

  /// What the lake says of its catalog's server; without one, whether the warehouse's folder can be written.
  private func sinkFindings() -> [Finding] {
    do {
      let findings = try Composition.lake(of: spec).preflight()
      return findings.isEmpty ? [try warehouseFinding()] : findings
    } catch {
      return [Self.failure("warehouse", error)]
    }
  }

  /// Writes an object into the warehouse and removes it.
  private func warehouseFinding() throws -> Finding {
    guard let warehouse = spec.sinkOptions.string("warehouse") else { return Finding(.ok, "warehouse", "none to look at") }
    let (store, path) = try Composition.stores.open(warehouse)
    let probe = "\(path)/.sluice-check-\(UInt32.random(in: 0 ... .max))"
    try store.write(Array("sluice check".utf8), to: probe)
    try store.delete(probe)
    return Finding(.ok, "warehouse", "\(warehouse) can be written")
  }

  private func stateFinding() -> Finding {
    let folder = spec.settings.state
    do {
      if let checkpoint = try Composition.checkpoints(of: spec).latest() {
        return Finding(.ok, "state", "\(folder): a run goes on after checkpoint \(checkpoint.id)")
      }
    } catch {
      return Self.failure("state", error)
    }
    var place = folder
    while place != "/", !FileManager.default.fileExists(atPath: place) { place = (place as NSString).deletingLastPathComponent }
    guard access(place, W_OK) == 0 else {
      return Finding(.failure, "state", "\(place) cannot be written", fix: "chmod u+w \(place)", kind: .storageDenied)
    }
    return Finding(.ok, "state", "\(folder): new, a run starts from the beginning")
  }

  private static func failure(_ subject: String, _ error: any Error) -> Finding {
    guard let error = error as? SluiceError else { return Finding(.failure, subject, "\(error)", kind: .defect) }
    return Finding(.failure, subject, error.description, fix: error.remedy ?? ErrorPolicy.of(error.kind).advice, kind: error.kind)
  }
}
