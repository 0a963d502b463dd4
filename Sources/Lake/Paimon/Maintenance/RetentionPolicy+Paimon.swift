extension RetentionPolicy {
  /// As the options `snapshot.num-retained.min`, `snapshot.num-retained.max` and `snapshot.time-retained` say.
  init(_ schema: TableSchema) {
    func number(_ name: String) -> Int? { schema.options["snapshot.num-retained." + name].flatMap { Int($0) } }
    // A span that is not understood must not make anything go early.
    self.init(
      minimum: number("min") ?? 10, maximum: number("max") ?? .max, age: Self.milliseconds(schema.options["snapshot.time-retained"] ?? "1 h"))
  }
}
