import Foundation
import Glibc
import SluiceCore
import TestKit
import Testing

@testable import SluiceStorage

@Suite struct LocalStoreFailureTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func aFileInPlaceOfAFolderIsAFailure() throws {
    try Data([1]).write(to: URL(filePath: folder.appending("file")))
    let store = LocalStore(root: folder.path)
    for work in [{ try store.write([1], to: "/file/a") }, { _ = try store.createIfAbsent([1], at: "/file/a") }, { _ = try store.list("/file") }] {
      let error = #expect(throws: SluiceError.self, performing: work)
      #expect(error?.kind == .storageFailed && error?.place.path?.contains("/file") == true)
    }
    #expect(throws: SluiceError.self) { try store.read("/") }
  }

  /// The kernel's own folder refuses files even to root.
  @Test func aFolderThatCannotBeWrittenIsDenied() throws {
    let error = #expect(throws: SluiceError.self) { try LocalStore(root: "/sys/kernel").write([1], to: "/sluice") }
    #expect(error?.kind == .storageDenied && error?.place.path?.hasPrefix("/sys/kernel/") == true)
  }

  @Test(.enabled("rights do not bind root") { geteuid() != 0 }) func missingRightsAreDenied() throws {
    let locked = folder.appending("locked")
    mkdir(locked, 0o555)
    defer { chmod(locked, 0o755) }
    let error = #expect(throws: SluiceError.self) { try LocalStore(root: locked).write([1], to: "/sluice") }
    #expect(error?.kind == .storageDenied)
  }

  @Test func aDeviceWithoutRoomIsFull() throws {
    let file = try LocalFile("/dev/full", O_WRONLY)
    let error = #expect(throws: SluiceError.self) { try [UInt8](repeating: 0, count: 100).withUnsafeBytes { try file.write($0) } }
    #expect(error?.kind == .storageFull && error?.place.path == "/dev/full")
  }

  @Test(.enabled("only root mounts a small disk") { geteuid() == 0 }) func aFullDiskIsFullAndTheUploadIsGone() throws {
    try #require(mount("none", folder.path, "tmpfs", 0, "size=64k") == 0)
    defer { umount(folder.path) }
    let store = LocalStore(root: folder.path)
    let error = #expect(throws: SluiceError.self) { try store.write([UInt8](repeating: 1, count: 200_000), to: "/t/a") }
    #expect(error?.kind == .storageFull)
    #expect(try store.list("/") == [])
    try store.write([1], to: "/t/a")
  }
}
