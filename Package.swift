// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Apache Arrow comes from the system through pkg-config, or from `.deps/arrow`, where `setup` unpacks it.
let bundledArrow = Context.packageDirectory + "/.deps/arrow"
let hasBundledArrow = FileManager.default.fileExists(atPath: bundledArrow + "/lib")

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A Swift module of Sluice: `Sources/<folder>`, named with the prefix.
func module(_ name: String, folder: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(folder)", swiftSettings: strict)
}

/// The mirror of a module under `Tests/<folder>`.
func tests(_ folder: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(folder)Tests", dependencies: dependencies, path: "Tests/\(folder)",
    swiftSettings: strict, linkerSettings: arrowRuntimePath)
}

let arrowRuntimePath: [LinkerSetting] =
  hasBundledArrow ? [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", bundledArrow + "/lib"])] : []

// The wheel's libparquet exports a whole OpenSSL of its own, which would take the place of the one that libmariadb was built for.
// Linked first, the system's OpenSSL wins for everybody; the parts of libparquet that use theirs (encryption) are not used here.
let bundledArrowLibraries: [LinkerSetting] = [
  .unsafeFlags([
    "-Xlinker", "--no-as-needed", "-lssl", "-lcrypto", "-Xlinker", "--as-needed", "-L", bundledArrow + "/lib", "-lparquet", "-larrow",
  ])
]

let parquet: Target = .target(
  name: "CParquet",
  dependencies: hasBundledArrow ? [] : ["CArrow"],
  path: "Sources/CParquet",
  cxxSettings: hasBundledArrow ? [.unsafeFlags(["-isystem", bundledArrow + "/include"])] : [],
  linkerSettings: hasBundledArrow ? bundledArrowLibraries : [])

// RE2 and libcrypto behind a C header.
let transformLibraries: Target = .target(
  name: "CTransforms", path: "Sources/CTransforms", linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("crypto")])

let package = Package(
  name: "sluice",
  products: [.executable(name: "sluice", targets: ["sluice"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CMariaDB", path: "Sources/CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
    .systemLibrary(name: "CArrow", path: "Sources/CArrow", pkgConfig: "parquet", providers: [.apt(["libparquet-dev"])]),
    .systemLibrary(name: "CZstd", path: "Sources/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCurl", path: "Sources/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    parquet,
    transformLibraries,
    module("SluiceCore", folder: "Core", []),
    module("SluiceFormats", folder: "Formats", ["SluiceCore", "CParquet", "CZlib"]),
    module("SluiceStorage", folder: "Storage", ["SluiceCore"]),
    module("SluiceNet", folder: "Net", ["SluiceCore", "CCurl"]),
    module("SluiceConnectors", folder: "Connectors", ["SluiceCore", "CMariaDB", "CZstd", "CZlib"]),
    module("SluiceLake", folder: "Lake", ["SluiceCore", "SluiceFormats", .product(name: "GRDB", package: "GRDB.swift")]),
    module("SluiceTransforms", folder: "Transforms", ["SluiceCore", "CTransforms"]),
    module("SluiceEngine", folder: "Engine", ["SluiceCore"]),
    .executableTarget(
      name: "sluice",
      dependencies: [
        "SluiceCore", "SluiceFormats", "SluiceStorage", "SluiceNet", "SluiceConnectors", "SluiceLake", "SluiceEngine", "SluiceTransforms",
        .product(name: "ArgumentParser", package: "swift-argument-parser"), "Yams",
      ],
      path: "Sources/sluice", swiftSettings: strict, linkerSettings: arrowRuntimePath),
    .executableTarget(
      name: "sluice-bench", dependencies: ["SluiceCore", "SluiceFormats", "SluiceStorage", "SluiceConnectors", "SluiceLake", "SluiceTransforms"],
      path: "Benchmarks", swiftSettings: strict, linkerSettings: arrowRuntimePath),
    .target(name: "TestKit", dependencies: ["SluiceCore"], path: "Tests/TestKit", exclude: ["python"], swiftSettings: strict),
    tests("Core", ["SluiceCore", "TestKit"]),
    tests("Formats", ["SluiceCore", "SluiceFormats", "TestKit"]),
    tests("Storage", ["SluiceCore", "SluiceStorage", "TestKit"]),
    tests("Net", ["SluiceCore", "SluiceNet", "TestKit"]),
    tests("Connectors", ["SluiceCore", "SluiceConnectors", "TestKit"]),
    tests("Lake", ["SluiceCore", "SluiceFormats", "SluiceStorage", "SluiceNet", "SluiceLake", "TestKit"]),
    tests("Engine", ["SluiceCore", "SluiceEngine", "TestKit"]),
    tests("Transforms", ["SluiceCore", "SluiceTransforms", "TestKit"]),
    tests("Acceptance", ["SluiceCore", "TestKit"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
