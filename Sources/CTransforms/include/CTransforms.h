// The C face of RE2 (regular expressions in time linear in the text) and of libcrypto's digests, a column at a time.
//
// Text columns are Arrow's: `count + 1` offsets into `bytes`. No C++ exception leaves this library. A handle is immutable: any number of
// threads may use it at once. Nothing here keeps a pointer that it was given.
#ifndef SLUICE_CTRANSFORMS_H
#define SLUICE_CTRANSFORMS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Regular expressions

typedef struct st_regex st_regex;

/// Compiles `pattern` (RE2 syntax, UTF-8). Returns NULL and fills `error` (zero terminated) when it is none, or too large a program.
st_regex* st_regex_compile(const char* pattern, size_t length, int32_t ignores_case, char* error, size_t error_capacity);
void st_regex_free(st_regex* regex);
/// Capturing groups, the whole match not counted.
int32_t st_regex_group_count(const st_regex* regex);

/// Sets bit `row` of `bits`, which are zeroed, for each row in which the pattern occurs.
void st_regex_match(const st_regex* regex, const int32_t* offsets, const uint8_t* bytes, int64_t count, uint8_t* bits);

/// Where group `group` (0: the whole match) of the first match of each row lies in `bytes`; length -1 where there is none.
void st_regex_extract(const st_regex* regex, int32_t group, const int32_t* offsets, const uint8_t* bytes, int64_t count, int32_t* starts,
                      int32_t* lengths);

/// The number of matches of each row that do not overlap.
void st_regex_count(const st_regex* regex, const int32_t* offsets, const uint8_t* bytes, int64_t count, int64_t* counts);

/// Replaces the first match, or each, by `rewrite`, where `\0` to `\9` stand for groups and `\\` for a backslash. Fills `new_offsets` (`count + 1`)
/// and `new_bytes`, to be freed by `st_bytes_free`. Returns the number of rows done: less than `count` when the text would be longer than `limit`
/// bytes (at most INT32_MAX) from that row on, or memory is short; the offsets of the rows done are valid then.
int64_t st_regex_replace(const st_regex* regex, const char* rewrite, size_t rewrite_length, int32_t is_global, const int32_t* offsets,
                         const uint8_t* bytes, int64_t count, int64_t limit, int32_t* new_offsets, uint8_t** new_bytes);
/// Whether `rewrite` is well formed and names only groups that the pattern has.
int32_t st_regex_accepts(const st_regex* regex, const char* rewrite, size_t rewrite_length);
void st_bytes_free(uint8_t* bytes);

// MARK: - Search

/// The offset of the first occurrence of `part` in `text`, -1 when there is none. Time linear in the text.
int64_t st_find(const uint8_t* text, int64_t length, const uint8_t* part, int64_t part_length);

// MARK: - Digests

typedef enum st_digest {
  ST_MD5 = 0,
  ST_SHA1 = 1,
  ST_SHA224 = 2,
  ST_SHA256 = 3,
  ST_SHA384 = 4,
  ST_SHA512 = 5,
} st_digest;

/// Bytes of a digest.
int32_t st_digest_size(st_digest digest);

/// The digest of each row in lower case hexadecimal digits, `2 * st_digest_size` a row, into `out`. Before each row, `prefix` is digested.
void st_digest_hex(st_digest digest, const uint8_t* prefix, size_t prefix_length, const int32_t* offsets, const uint8_t* bytes, int64_t count,
                   uint8_t* out);

/// The same for HMAC-SHA-256 (RFC 2104) with one key for all rows: 64 digits a row.
void st_hmac_sha256_hex(const uint8_t* key, size_t key_length, const int32_t* offsets, const uint8_t* bytes, int64_t count, uint8_t* out);

#ifdef __cplusplus
}
#endif

#endif  // SLUICE_CTRANSFORMS_H
