public import SluiceCore

/// Foreign clients of a REST catalog: pyiceberg and DuckDB (`python/rest_clients.py`).
public enum RESTClients {
  /// The answer to a request. `options` hold `credential` or `token`, `scope` and `warehouse`.
  public static func ask(_ operation: String, of server: RESTCatalogServer, _ options: SpecValue = .object([])) throws -> SpecValue {
    let request = SpecValue(["op": .string(operation), "uri": .string(server.uri)]).merging(options)
    let python = try Checkout.program(Checkout.python, made: "./setup --tests")
    let child = try ChildProcess(python, [Checkout.root + "/Tests/TestKit/python/rest_clients.py", JSONText.compact(request)])
    guard try child.wait(within: .seconds(300)) == .exit(0) else { throw TestFailure("\(operation): \(child.tail)") }
    return try JSONReader.read(child.output)
  }
}
