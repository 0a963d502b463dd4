import CTransforms
import SluiceCore

/// Hashes and encodings. A text is hashed as its UTF-8 bytes.
enum DigestFunctions {
  static let all: [FunctionDefinition] = digests + hashes + encodings

  // MARK: - Digests

  private static let digests: [FunctionDefinition] = [
    digest("md5", ST_MD5, "900150983cd24fb0d6963f7d28e17f72"),
    digest("sha1", ST_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    digest("sha224", ST_SHA224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
    digest("sha256", ST_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    digest("sha384", ST_SHA384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
    digest(
      "sha512", ST_SHA512,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
    .form(
      "sha2", .digest, [.binary(), .constantWhole("bits")], result: "string", "SHA-2 of 224, 256, 384 or 512 bits; 0 means 256.",
      [.init("sha2('abc', 224)", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let kinds: [Int64: st_digest] = [0: ST_SHA256, 224: ST_SHA224, 256: ST_SHA256, 384: ST_SHA384, 512: ST_SHA512]
      guard let kind = kinds[nodes[1].constant?.fixed(as: Int64.self)[0] ?? -1] else {
        throw ExpressionIssue(nodes[1].place, "sha2 makes 224, 256, 384 or 512 bits")
      }
      return binder.operation("sha2", .string, [nodes[0]], place, isCostly: true) { call, vectors, _ in
        Digest(kind).hex(of: vectors[0], rows: call.rowCount)
      }
    },
    .form(
      "hmac_sha256", .digest, [.binary(), .constant("key")], result: "string",
      "HMAC-SHA-256 (RFC 2104) with a key, in lower case hexadecimal digits.",
      [.init("hmac_sha256('what do ya want for nothing?', 'Jefe')", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let key = KeyedDigest(key: Array(try binder.constantText(nodes[1], "the key").utf8))
      return binder.operation("hmac_sha256", .string, [nodes[0]], place, isCostly: true) { call, vectors, _ in
        Vector(key.hex(of: vectors[0].materialized(count: call.rowCount)))
      }
    },
  ]

  private static func digest(_ name: String, _ kind: st_digest, _ example: String) -> FunctionDefinition {
    .strict(
      name, aliases: name == "sha1" ? ["sha"] : [], .digest, [.binary()], .string, "\(name.uppercased()) in lower case hexadecimal digits.",
      [.init("\(name)('abc')", example)]
    ) { call, vectors, _ in Digest(kind).hex(of: vectors[0], rows: call.rowCount) }
  }

  // MARK: - Hashes

  private static let hashes: [FunctionDefinition] = [
    hash("crc32", "The CRC-32 of zlib and MySQL.", "crc32('MariaDB')", "4227209140") { Int64(Hashes.crc32($0)) },
    hash("xxhash64", "xxHash of 64 bits with seed 0, as a signed number.", "xxhash64('abc')", "4952883123889572249") {
      Int64(bitPattern: Hashes.xxhash64($0))
    },
    hash("murmur3_32", "MurmurHash 3 of 32 bits with seed 0, as Iceberg's bucket transform computes it.", "murmur3_32('iceberg')", "1210000089") {
      Int64(Int32(bitPattern: Hashes.murmur3($0)))
    },
    hash("fnv1a_64", "FNV-1a of 64 bits, as a signed number.", "fnv1a_64('a')", "-5808556873153909620") { Int64(bitPattern: Hashes.fnv1a($0)) },
  ]

  @inline(__always)
  private static func hash(
    _ name: String, _ summary: String, _ expression: String, _ value: String, _ function: @escaping @Sendable (UnsafeBufferPointer<UInt8>) -> Int64
  ) -> FunctionDefinition {
    .strict(name, .digest, [.binary()], .int64, summary, [.init(expression, value)]) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { function(source[$0]) }
    }
  }

  // MARK: - Encodings

  private static let encodings: [FunctionDefinition] = [
    .form(
      "hex", .digest, [.any("value")], result: "string",
      "The bytes of a text or binary, or the digits of an integer, in upper case hexadecimal digits.",
      [.init("hex('az')", "617A"), .init("hex(255)", "FF")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let node = nodes[0]
      if node.type.isInteger, node.type != .uint64 {
        return binder.operation("hex", .string, [try binder.coerce(node, to: .int64)], place) { call, vectors, log in
          let source = FixedReader(vectors[0], as: Int64.self)
          return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in
            sink.append(String(UInt64(bitPattern: source[row]), radix: 16, uppercase: true))
          }
        }
      }
      guard node.type.isText || node.type == .binary else {
        throw ExpressionIssue(node.place, "hex takes a text, a binary or an integer, found a value of type \(node.type)")
      }
      return binder.operation("hex", .string, [node], place) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize * 2, &log) { row, sink in
          sink.append(hex: source[row], upperCase: true)
        }
      }
    },
    .strict(
      "unhex", .digest, [.text("digits")], .binary, "The bytes of pairs of hexadecimal digits.", canFail: true,
      [.init("hex(unhex('4d7953'))", "4D7953")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink throws(RowFailure.Reason) in
        let digits = source[row]
        guard digits.count.isMultiple(of: 2) else { throw .invalidText }
        for index in stride(from: 0, to: digits.count, by: 2) {
          guard let high = JSONScanner.hexDigit(digits[index]), let low = JSONScanner.hexDigit(digits[index + 1]) else { throw .invalidText }
          sink.append(UInt8(high << 4 | low))
        }
      }
    },
    .strict(
      "to_base64", .digest, [.binary()], .string, "Base 64 (RFC 4648) with padding and without line breaks.",
      [.init("to_base64('light w')", "bGlnaHQgdw==")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize * 2, &log) { row, sink in
        Encodings.appendBase64(source[row], &sink)
      }
    },
    .strict(
      "from_base64", .digest, [.text()], .binary, "The bytes of base 64; line breaks and missing padding are allowed.", canFail: true,
      [.init("CAST(from_base64('bGlnaHQgdw==') AS STRING)", "light w")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink throws(RowFailure.Reason) in
        try Encodings.appendDecodedBase64(source[row], &sink)
      }
    },
    .strict(
      "url_encode", .digest, [.text()], .string, "Everything but letters, digits, `-`, `.`, `_` and `~` as % and two digits a byte.",
      [.init("url_encode('a b/é')", "a%20b%2F%C3%A9")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize * 2, &log) { row, sink in
        Encodings.appendURL(source[row], &sink)
      }
    },
    .strict(
      "url_decode", .digest, [.text()], .string, "What url_encode made; a plus sign stays one.", canFail: true,
      [.init("url_decode('a%20b%2F')", "a b/")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink throws(RowFailure.Reason) in
        try Encodings.appendDecodedURL(source[row], &sink)
      }
    },
  ]
}
