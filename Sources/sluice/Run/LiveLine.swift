/// A line under construction: styled text, and how many cells it takes.
struct LiveLine {
  private(set) var text = ""
  private(set) var width = 0
  let room: Int

  init(room: Int) {
    self.room = room
  }

  /// Adds text, cut to what fits.
  mutating func add(_ part: String, _ style: ((String) -> String)? = nil) {
    let cut = TextWidth.cut(TextWidth.visible(part), to: room - width, mark: "")
    guard !cut.isEmpty else { return }
    text += style?(cut) ?? cut
    width += TextWidth.of(cut)
  }

  /// Adds text at the right edge, if it fits there.
  mutating func addRight(_ part: String, _ style: @escaping (String) -> String) {
    let gap = room - width - TextWidth.of(part)
    guard gap > 0 else { return }
    add(String(repeating: " ", count: gap))
    add(part, style)
  }
}
