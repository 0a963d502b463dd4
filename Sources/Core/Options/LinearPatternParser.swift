/// Reads a regular expression into the steps of a `LinearPattern`.
struct LinearPatternParser {
  private typealias Step = LinearPattern.Step
  private typealias CharacterSet = LinearPattern.CharacterSet

  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var depth = 0
  private(set) var groupCount = 0
  /// What it does not know, once it has met it: a sentence without its subject.
  private(set) var problem: String?
  private var ignoresCase = false
  private static let mostSteps = 4_096
  private static let deepest = 64

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// `nil` for what it does not know; `problem` says what that is.
  mutating func parse() -> [LinearPattern.Step]? {
    if scalars.starts(with: ["(", "?", "i", ")"]) {
      ignoresCase = true
      at = 4
    }
    guard let steps = alternatives() else { return refuse("is no regular expression") }
    guard at == scalars.count else { return refuse("has a ) without its (") }
    guard steps.count < Self.mostSteps else { return refuse(Self.tooLarge) }
    return steps + [.match]
  }

  /// Notes the first problem, which is the one to tell.
  private mutating func refuse<Part>(_ problem: String) -> Part? {
    if self.problem == nil { self.problem = problem }
    return nil
  }

  private static let tooLarge = "is too large a regular expression"

  private static func unknown(_ construct: String, _ what: String) -> String {
    "has \(JSONText.quoted(construct)), \(what), which a pattern of table names cannot have: it could keep a job busy for ever"
  }

  private static func unknown(_ construct: String) -> String {
    "has \(JSONText.quoted(construct)), which a pattern of table names does not know; a backslash before a sign makes it stand for itself"
  }

  // Steps of a part count from 0 and are moved to their place when parts are put together.

  private mutating func alternatives() -> [Step]? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { return refuse("has groups in groups, more than \(Self.deepest) deep") }
    guard var steps = sequence() else { return nil }
    while take("|") {
      guard let other = sequence() else { return nil }
      steps = [.split(1, steps.count + 2)] + Self.moved(steps, 1) + [.jump(steps.count + other.count + 2)] + Self.moved(other, steps.count + 2)
      if steps.count > Self.mostSteps { return refuse(Self.tooLarge) }
    }
    return steps
  }

  private mutating func sequence() -> [Step]? {
    var steps: [Step] = []
    while at < scalars.count, scalars[at] != "|", scalars[at] != ")" {
      guard let atom = atom(), let repeated = repetition(of: atom) else { return nil }
      steps += Self.moved(repeated, steps.count)
      if steps.count > Self.mostSteps { return refuse(Self.tooLarge) }
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
    case "*", "+", "?", "{", ")", "|": return refuse("has a \(scalar) that nothing stands before")
    default: return [.character(CharacterSet(ranges: cases(scalar...scalar)))]
    }
  }

  private mutating func group() -> [Step]? {
    var number: Int?
    if take("?") {
      if !take(":") {
        if let refusal = refusal(ofGroup: String(String.UnicodeScalarView(scalars[at...].prefix(2)))) { return refuse(refusal) }
        _ = take("P")
        guard take("<"), let end = scalars[at...].firstIndex(of: ">"), end > at else { return refuse("has a (? that begins no group") }
        guard scalars[at..<end].allSatisfy({ $0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0) }) else {
          return refuse("has a group whose name is none")
        }
        at = end + 1
        number = groupCount
      }
    } else {
      number = groupCount
    }
    if number != nil { groupCount += 1 }
    guard let inner = alternatives() else { return nil }
    guard take(")") else { return refuse("has a ( without its )") }
    guard let number else { return inner }
    return [.save(number * 2)] + Self.moved(inner, 1) + [.save(number * 2 + 1)]
  }

  /// What is wrong with a group that begins with `(?` and `next`; `nil` for one with a name.
  private func refusal(ofGroup next: String) -> String? {
    switch next {
    case _ where next.hasPrefix("="), _ where next.hasPrefix("!"): Self.unknown("(?" + next.prefix(1), "a look ahead")
    case "<=", "<!": Self.unknown("(?" + next, "a look behind")
    case _ where next.hasPrefix(">"): Self.unknown("(?>", "a group that gives nothing back")
    case _ where next.hasPrefix("i"): "has \"(?i\" that is not all of \"(?i)\" at the beginning of the pattern"
    case _ where next.hasPrefix("<"), "P<": nil
    default: Self.unknown("(?" + next.prefix(1))
    }
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
      let misread = "has a { that is no number of repetitions; allowed are {2}, {2,} and {2,5} up to 1000, and \\\\{ for the sign"
      guard let end = scalars[at...].firstIndex(of: "}") else { return refuse(misread) }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[(at + 1)..<end])
      let parts = String(text).split(separator: ",", omittingEmptySubsequences: false)
      guard (1...2).contains(parts.count), let first = Int(parts[0]), (0...1_000).contains(first) else { return refuse(misread) }
      least = first
      most = parts.count == 1 ? first : parts[1].isEmpty ? nil : Int(parts[1])
      if parts.count == 2, !parts[1].isEmpty { guard let most, most >= first, most <= 1_000 else { return refuse(misread) } }
      at = end
    default: return atom
    }
    at += 1
    let isLazy = take("?")
    if at < scalars.count, ["*", "+", "?", "{"].contains(scalars[at]) {
      let construct = String(String.UnicodeScalarView(scalars[(at - 1)...at]))
      return refuse(Self.unknown(construct, "a repetition of a repetition"))
    }
    guard atom.count * max(least, most ?? 1, 1) <= Self.mostSteps else { return refuse(Self.tooLarge) }
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
    guard at < scalars.count else { return refuse("ends in a backslash") }
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
    case "1"..."9", "k": return refuse(Self.unknown("\\\(scalar)", "a reference back to a group"))
    case _ where scalar.properties.isAlphabetic || scalar == "0": return refuse(Self.unknown("\\\(scalar)"))
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
      if scalar == "]" { return isFirst ? refuse("has [] with nothing in it") : set }
      isFirst = false
      // Sets of sets are another dialect's.
      if scalar == "[" { return refuse(Self.unknown("[ between [ and ]")) }
      if scalar == "&", at < scalars.count, scalars[at] == "&" { return refuse(Self.unknown("&& between [ and ]")) }
      if scalar == "\\" {
        guard let inner = escape() else { return nil }
        if inner.isInverted { return refuse(Self.unknown("\\\(scalars[at - 1]) between [ and ]")) }
        set.ranges += inner.ranges
        continue
      }
      if at + 1 < scalars.count, scalars[at] == "-", scalars[at + 1] != "]" {
        let upper = scalars[at + 1]
        guard upper != "\\", upper != "[", scalar <= upper else { return refuse("has a range between [ and ] that is none") }
        set.ranges += cases(scalar...upper)
        at += 2
      } else {
        set.ranges += cases(scalar...scalar)
      }
    }
    return refuse("has a [ without its ]")
  }

  private func cases(_ range: ClosedRange<Unicode.Scalar>) -> [ClosedRange<Unicode.Scalar>] {
    ignoresCase ? CharacterSet.inAnyCase(range) : [range]
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
