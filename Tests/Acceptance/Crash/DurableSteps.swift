import Foundation
import TestKit
import Testing

/// Counts the system calls of a process that make files durable, visible or gone, slows them down, and ends it as a crash does before one of them.
///
/// A small library that the process is made to load sits in front of the C library's functions.
struct DurableSteps {
  private let folder: TemporaryFolder

  static let shared = Result { try DurableSteps() }

  private init() throws {
    folder = try TemporaryFolder()
    try Self.source.write(toFile: folder.appending("steps.c"), atomically: true, encoding: .utf8)
    // The compiler is the one of the Swift toolchain.
    let compiler = try ChildProcess(
      "/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "-o", folder.appending("steps.so"), folder.appending("steps.c"), "-ldl"])
    guard try compiler.wait(within: .seconds(60)) == .exit(0) else { throw TestFailure(compiler.tail) }
  }

  /// The environment of a process that is killed before its step of that number, counted from 1; 0 for one that is not. Each step takes up to
  /// `delay` microseconds longer, as on a slow disk.
  func environment(killingBefore step: Int, delay: Int = 0) -> [String: String] {
    ["LD_PRELOAD": folder.appending("steps.so"), "SLUICE_TEST_STEP": "\(step)", "SLUICE_TEST_STEP_DELAY": "\(delay)"]
  }

  /// The number of steps of a run to its end.
  func count(_ load: CrashLoad) throws -> Int {
    let counted = folder.appending("count-\(UUID().uuidString)")
    let outcome = try load.job.run(environment: environment(killingBefore: 0).merging(["SLUICE_TEST_STEPS": counted]) { $1 })
    try #require(outcome.exitCode == 0, "\(outcome)")
    guard let count = Int(try String(contentsOfFile: counted, encoding: .utf8)) else { throw TestFailure("no count of steps") }
    return count
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <signal.h>
    #include <stdatomic.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <sys/stat.h>
    #include <unistd.h>

    static atomic_long reached;

    static long number(const char *name) { const char *text = getenv(name); return text ? atol(text) : 0; }

    static void step(void) {
      static long wanted = -1, delay;
      if (wanted < 0) { delay = number("SLUICE_TEST_STEP_DELAY"); wanted = number("SLUICE_TEST_STEP"); }
      long now = atomic_fetch_add(&reached, 1) + 1;
      if (now == wanted) kill(getpid(), SIGKILL);
      if (delay > 0) usleep(now * 2654435761u % delay);
    }

    __attribute__((destructor)) static void tell(void) {
      const char *path = getenv("SLUICE_TEST_STEPS");
      FILE *file = path ? fopen(path, "w") : NULL;
      if (file) { fprintf(file, "%ld", atomic_load(&reached)); fclose(file); }
    }

    #define STEP(name, parameters, arguments) \\
      int name parameters { \\
        static int (*real) parameters; \\
        if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name); \\
        step(); \\
        return real arguments; \\
      }

    STEP(fsync, (int file), (file))
    STEP(rename, (const char *from, const char *to), (from, to))
    STEP(link, (const char *from, const char *to), (from, to))
    STEP(unlink, (const char *path), (path))
    STEP(mkdir, (const char *path, mode_t mode), (path, mode))
    STEP(truncate, (const char *path, off_t size), (path, size))
    STEP(ftruncate, (int file, off_t size), (file, size))
    """
}
