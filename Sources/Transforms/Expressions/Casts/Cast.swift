import SluiceCore

/// How values of one type become values of another.
struct Cast: Sendable {
  let canFail: Bool
  let kernel: Kernel

  init(canFail: Bool, _ kernel: @escaping Kernel) {
    self.canFail = canFail
    self.kernel = kernel
  }

  /// `nil` when there is no such cast.
  init?(from: DataType, to: DataType) {
    if from == to {
      self.init(canFail: false) { _, vectors, _ in vectors[0] }
    } else if let cast = Self.named(from, to) {
      self = cast
    } else {
      return nil
    }
  }

  private static func named(_ from: DataType, _ to: DataType) -> Cast? {
    if from.isNested || to.isNested { return nil }
    switch to {
    case .string: return from == .json ? relabelling(to) : TextCasts.render(from)
    case .json:
      if from == .string { return JSONFunctions.validation }
      return from == .boolean || from.isNumeric ? TextCasts.render(from) : nil
    case .binary: return from == .string || from == .json ? relabelling(to) : nil
    default: break
    }
    if from.isText { return TextCasts.parse(to) }
    if from == .binary { return nil }
    if from == .boolean || from.isNumeric, to == .boolean || to.isNumeric { return NumberCasts.cast(from, to) }
    return TimeCasts.cast(from, to)
  }

  private static func relabelling(_ type: DataType) -> Cast {
    Cast(canFail: false) { call, vectors, _ in vectors[0].relabelled(type) }
  }

  /// This cast to `middle`, then `next`.
  func then(_ next: Cast, through middle: DataType) -> Cast {
    let first = kernel
    let second = next.kernel
    return Cast(canFail: canFail || next.canFail) { call, vectors, log in
      let value = first(Call(frame: call.frame, site: call.site, type: middle), vectors, &log)
      return second(call, [value], &log)
    }
  }
}
