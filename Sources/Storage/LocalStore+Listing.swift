internal import Glibc
public import SluiceCore

extension LocalStore {
  public func list(_ folder: String) throws -> [ObjectInfo] {
    var found: [ObjectInfo] = []
    var folders = [folder.hasSuffix("/") ? String(folder.dropLast()) : folder]
    while let current = folders.popLast() {
      for name in try names(in: current) {
        let path = "\(current)/\(name)"
        var facts = stat()
        guard stat(resolve(path), &facts) == 0 else {
          if errno == ENOENT { continue }
          throw LocalFailure.last("list", resolve(path))
        }
        if facts.st_mode & S_IFMT == S_IFDIR {
          folders.append(path)
        } else {
          found.append(ObjectInfo(path: path, size: Int(facts.st_size)))
        }
      }
    }
    return found
  }

  public func names(in folder: String) throws -> [String] {
    let path = resolve(folder)
    guard let stream = opendir(path) else {
      if errno == ENOENT { return [] }
      throw LocalFailure.last("list", path)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw LocalFailure.last("list", path) }
        return names
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
  }
}
