/// Every function of the dialect, by name.
enum FunctionRegistry {
  static let all: [FunctionDefinition] =
    ConditionalFunctions.all + TextFunctions.all + TextSearchFunctions.all + PatternFunctions.all + NumberFunctions.all + FloatFunctions.all
    + TimeFunctions.all + TimeFormatFunctions.all + JSONFunctions.all + DigestFunctions.all

  private static let byName: [String: FunctionDefinition] = Dictionary(
    all.flatMap { function in ([function.name] + function.aliases).map { ($0, function) } }, uniquingKeysWith: { first, _ in first })

  static let names: [String] = byName.keys.sorted()

  /// The function of that name, which is in lower case.
  static func function(_ name: String) -> FunctionDefinition? { byName[name] }
}
