/// A regular expression that is matched in time linear in the text, whatever it is: all ways are followed at once, none is gone back.
///
/// Knows what names need: literals, `.`, classes, `\d \w \s`, groups, `|`, `* + ? {m,n}` and their lazy forms, anchors, `(?i)` at the beginning. What it does not know
/// (look-around, back references) it cannot be made from: nothing else matches in bounded time whatever the pattern.
struct LinearPattern: Sendable {
  enum Step: Hashable, Sendable {
    case character(CharacterSet)
    /// Goes on at both, first at the first.
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    case start, end
    case match
  }

  /// The characters that one place of a pattern takes.
  struct CharacterSet: Hashable, Sendable {
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    var isInverted = false

    func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar) } != isInverted }

    /// A range with the other case of its one character, or of the ASCII letters in it.
    static func inAnyCase(_ range: ClosedRange<Unicode.Scalar>) -> [ClosedRange<Unicode.Scalar>] {
      if range.lowerBound == range.upperBound {
        let properties = range.lowerBound.properties
        let others = [properties.lowercaseMapping, properties.uppercaseMapping].map(\.unicodeScalars).filter { $0.count == 1 }
        return [range] + others.compactMap(\.first).map { $0...$0 }
      }
      func moved(_ letters: ClosedRange<Unicode.Scalar>, by step: Int) -> [ClosedRange<Unicode.Scalar>] {
        guard range.overlaps(letters) else { return [] }
        let part = range.clamped(to: letters)
        func other(_ letter: Unicode.Scalar) -> Unicode.Scalar { Unicode.Scalar(UInt8(Int(letter.value) + step)) }
        return [other(part.lowerBound)...other(part.upperBound)]
      }
      return [range] + moved("a"..."z", by: -32) + moved("A"..."Z", by: 32)
    }
  }

  private let steps: [Step]
  /// Groups that capture.
  let groupCount: Int

  /// Throws what the text has that such an expression cannot have.
  init(_ text: String) throws(TablePattern.Malformed) {
    var parser = LinearPatternParser(text)
    guard let parsed = parser.parse() else { throw .init(description: parser.problem ?? "is no regular expression") }
    steps = parsed
    groupCount = parser.groupCount
  }

  private struct Thread {
    let place: Int
    let saves: [Int]
  }

  /// What the groups stand for when the whole text matches, empty for one that took no part; `nil` when it does not.
  func groups(of text: String) -> [String]? {
    let scalars = Array(text.unicodeScalars)
    var current: [Thread] = []
    var seen = [Bool](repeating: false, count: steps.count)
    add(0, [Int](repeating: -1, count: groupCount * 2), at: 0, of: scalars.count, to: &current, &seen)
    for (at, scalar) in scalars.enumerated() {
      var next: [Thread] = []
      seen = [Bool](repeating: false, count: steps.count)
      for thread in current {
        guard case .character(let set) = steps[thread.place], set.contains(scalar) else { continue }
        add(thread.place + 1, thread.saves, at: at + 1, of: scalars.count, to: &next, &seen)
      }
      current = next
      if current.isEmpty { return nil }
    }
    guard let saves = current.first(where: { steps[$0.place] == .match })?.saves else { return nil }
    return (0..<groupCount).map { group in
      let (from, to) = (saves[group * 2], saves[group * 2 + 1])
      guard from >= 0, to >= from else { return "" }
      var name = String.UnicodeScalarView()
      name.append(contentsOf: scalars[from..<to])
      return String(name)
    }
  }

  /// Follows the steps that take no character, best first; each step is entered once a place.
  private func add(_ first: Int, _ saves: [Int], at: Int, of count: Int, to threads: inout [Thread], _ seen: inout [Bool]) {
    var open = [(first, saves)]
    while let (place, saves) = open.popLast() {
      if seen[place] { continue }
      seen[place] = true
      switch steps[place] {
      case .jump(let next): open.append((next, saves))
      case .split(let best, let other):
        open.append((other, saves))
        open.append((best, saves))
      case .save(let slot):
        var saves = saves
        saves[slot] = at
        open.append((place + 1, saves))
      case .start: if at == 0 { open.append((place + 1, saves)) }
      case .end: if at == count { open.append((place + 1, saves)) }
      case .character, .match: threads.append(Thread(place: place, saves: saves))
      }
    }
  }
}
