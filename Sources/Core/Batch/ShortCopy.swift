/// Copies `count` bytes between runs that do not overlap. Most cells are short: up to 16 bytes take two moves instead of a library call.
@inlinable @inline(__always)
func copyBytes(to target: UnsafeMutablePointer<UInt8>, from source: UnsafePointer<UInt8>, count: Int) {
  let to = UnsafeMutableRawPointer(target)
  let from = UnsafeRawPointer(source)
  if count > 16 {
    to.copyMemory(from: from, byteCount: count)
  } else if count >= 8 {
    let head = from.loadUnaligned(as: UInt64.self)
    let tail = from.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    to.storeBytes(of: head, as: UInt64.self)
    to.storeBytes(of: tail, toByteOffset: count &- 8, as: UInt64.self)
  } else if count >= 4 {
    let head = from.loadUnaligned(as: UInt32.self)
    let tail = from.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
    to.storeBytes(of: head, as: UInt32.self)
    to.storeBytes(of: tail, toByteOffset: count &- 4, as: UInt32.self)
  } else {
    for index in 0..<count { target[index] = source[index] }
  }
}
