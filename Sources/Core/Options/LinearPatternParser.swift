/// Reads a regular expression into the steps of a `LinearPattern`.
struct LinearPatternParser {
  private typealias Step = LinearPattern.Step
  private typealias CharacterSet = LinearPattern.CharacterSet

  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var depth = 0
  private(set) var groupCount = 0
  private static let mostSteps = 4_096
  private static let deepest = 64

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// `nil` for what it does not know.
  mutating func parse() -> [LinearPattern.Step]? {
    guard let steps = alternatives(), at == scalars.count, steps.count < Self.mostSteps else { return nil }
    return steps + [.match]
  }

  // Steps of a part count from 0 and are moved to their place when parts are put together.

  private mutating func alternatives() -> [Step]? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest, var steps = sequence() else { return nil }
    while take("|") {
      guard let other = sequence() else { return nil }
      steps = [.split(1, steps.count + 2)] + Self.moved(steps, 1) + [.jump(steps.count + other.count + 2)] + Self.moved(other, steps.count + 2)
      if steps.count > Self.mostSteps { return nil }
    }
    return steps
  }

  private mutating func sequence() -> [Step]? {
    var steps: [Step] = []
    while at < scalars.count, scalars[at] != "|", scalars[at] != ")" {
      guard let atom = atom(), let repeated = repetition(of: atom) else { return nil }
      steps += Self.moved(repeated, steps.count)
      if steps.count > Self.mostSteps { return nil }
    }
    return steps
  }

  private mutating func atom() -> [Step]? {
    let scalar = scalars[at]
    at += 1
    switch scalar {
    case "(": return group()
    case "[": return set().map { [.character($0)] }
    case ".": return [.character(CharacterSet(ranges: ["\n"..."\n"], isInverted: true))]
    case "^": return [.start]
    case "$": return [.end]
    case "\\": return escape().map { [.character($0)] }
    case "*", "+", "?", "{", ")", "|": return nil
    default: return [.character(CharacterSet(ranges: [scalar...scalar]))]
    }
  }

  private mutating func group() -> [Step]? {
    var number: Int?
    if take("?") {
      if !take(":") {
        _ = take("P")
        guard take("<"), let end = scalars[at...].firstIndex(of: ">"), end > at else { return nil }
        guard scalars[at..<end].allSatisfy({ $0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0) }) else { return nil }
        at = end + 1
        number = groupCount
      }
    } else {
      number = groupCount
    }
    if number != nil { groupCount += 1 }
    guard let inner = alternatives(), take(")") else { return nil }
    guard let number else { return inner }
    return [.save(number * 2)] + Self.moved(inner, 1) + [.save(number * 2 + 1)]
  }

  private mutating func repetition(of atom: [Step]) -> [Step]? {
    guard at < scalars.count else { return atom }
    var least = 1
    var most: Int? = 1
    switch scalars[at] {
    case "*": (least, most) = (0, nil)
    case "+": (least, most) = (1, nil)
    case "?": (least, most) = (0, 1)
    case "{":
      guard let end = scalars[at...].firstIndex(of: "}") else { return nil }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[(at + 1)..<end])
      let parts = String(text).split(separator: ",", omittingEmptySubsequences: false)
      guard (1...2).contains(parts.count), let first = Int(parts[0]), (0...1_000).contains(first) else { return nil }
      least = first
      most = parts.count == 1 ? first : parts[1].isEmpty ? nil : Int(parts[1])
      if parts.count == 2, !parts[1].isEmpty { guard let most, (first...1_000).contains(most) else { return nil } }
      at = end
    default: return atom
    }
    at += 1
    let isLazy = take("?")
    // A quantifier on a quantifier, or one that gives nothing back.
    if at < scalars.count, ["*", "+", "?", "{"].contains(scalars[at]) { return nil }
    guard atom.count * max(least, most ?? 1, 1) <= Self.mostSteps else { return nil }
    return Self.repeated(atom, least, most, isLazy)
  }

  private static func repeated(_ atom: [Step], _ least: Int, _ most: Int?, _ isLazy: Bool) -> [Step] {
    var steps: [Step] = []
    for _ in 0..<least { steps += moved(atom, steps.count) }
    func choice(_ on: Int, _ out: Int) -> Step { isLazy ? .split(out, on) : .split(on, out) }
    guard let most else {
      let start = steps.count
      steps.append(choice(start + 1, start + atom.count + 2))
      steps += moved(atom, start + 1)
      steps.append(.jump(start))
      return steps
    }
    let end = steps.count + (most - least) * (atom.count + 1)
    for _ in least..<max(most, least) {
      steps.append(choice(steps.count + 1, end))
      steps += moved(atom, steps.count)
    }
    return steps
  }

  private mutating func escape() -> CharacterSet? {
    guard at < scalars.count else { return nil }
    let scalar = scalars[at]
    at += 1
    switch scalar {
    case "d": return CharacterSet(ranges: ["0"..."9"])
    case "D": return CharacterSet(ranges: ["0"..."9"], isInverted: true)
    case "w": return CharacterSet(ranges: Self.word)
    case "W": return CharacterSet(ranges: Self.word, isInverted: true)
    case "s": return CharacterSet(ranges: Self.space)
    case "S": return CharacterSet(ranges: Self.space, isInverted: true)
    case "n": return CharacterSet(ranges: ["\n"..."\n"])
    case "t": return CharacterSet(ranges: ["\t"..."\t"])
    case _ where scalar.properties.isAlphabetic || ("0"..."9").contains(scalar): return nil
    default: return CharacterSet(ranges: [scalar...scalar])
    }
  }

  private static let word: [ClosedRange<Unicode.Scalar>] = ["a"..."z", "A"..."Z", "0"..."9", "_"..."_"]
  private static let space: [ClosedRange<Unicode.Scalar>] = [" "..." ", "\t"..."\r"]

  private mutating func set() -> CharacterSet? {
    var set = CharacterSet(isInverted: take("^"))
    var isFirst = true
    while at < scalars.count {
      let scalar = scalars[at]
      at += 1
      if scalar == "]" { return isFirst ? nil : set }
      isFirst = false
      // Sets of sets are another dialect's.
      if scalar == "[" || scalar == "&" && at < scalars.count && scalars[at] == "&" { return nil }
      if scalar == "\\" {
        guard let inner = escape(), !inner.isInverted else { return nil }
        set.ranges += inner.ranges
        continue
      }
      if at + 1 < scalars.count, scalars[at] == "-", scalars[at + 1] != "]" {
        let upper = scalars[at + 1]
        guard upper != "\\", upper != "[", scalar <= upper else { return nil }
        set.ranges.append(scalar...upper)
        at += 2
      } else {
        set.ranges.append(scalar...scalar)
      }
    }
    return nil
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard at < scalars.count, scalars[at] == scalar else { return false }
    at += 1
    return true
  }

  private static func moved(_ steps: [Step], _ offset: Int) -> [Step] {
    steps.map { step in
      switch step {
      case .split(let first, let second): .split(first + offset, second + offset)
      case .jump(let place): .jump(place + offset)
      default: step
      }
    }
  }
}
