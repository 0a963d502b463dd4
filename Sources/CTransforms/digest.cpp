// Digests through libcrypto.
//
// The rows are short, so the one-shot interface would spend most of its time on setting up: a context that has digested what comes before every
// row is copied instead. OpenSSL 3 calls this interface old, not wrong.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <cstring>

#include <openssl/md5.h>
#include <openssl/sha.h>

#include "CTransforms.h"

namespace {

void write_hex(const uint8_t* digest, int32_t size, uint8_t* out) {
  static const char digits[] = "0123456789abcdef";
  for (int32_t index = 0; index < size; ++index) {
    out[2 * index] = static_cast<uint8_t>(digits[digest[index] >> 4]);
    out[2 * index + 1] = static_cast<uint8_t>(digits[digest[index] & 15]);
  }
}

template <typename Context, int32_t kSize, int (*Init)(Context*), int (*Update)(Context*, const void*, size_t), int (*Final)(unsigned char*, Context*)>
void digest_rows(const uint8_t* prefix, size_t prefix_length, const int32_t* offsets, const uint8_t* bytes, int64_t count, uint8_t* out) {
  Context start;
  Init(&start);
  if (prefix_length > 0) Update(&start, prefix, prefix_length);
  uint8_t digest[64];
  for (int64_t row = 0; row < count; ++row) {
    Context context = start;
    Update(&context, bytes + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row]));
    Final(digest, &context);
    write_hex(digest, kSize, out + row * 2 * kSize);
  }
}

}  // namespace

extern "C" {

int32_t st_digest_size(st_digest digest) {
  switch (digest) {
    case ST_MD5: return 16;
    case ST_SHA1: return 20;
    case ST_SHA224: return 28;
    case ST_SHA256: return 32;
    case ST_SHA384: return 48;
    case ST_SHA512: return 64;
  }
  return 0;
}

void st_digest_hex(st_digest digest, const uint8_t* prefix, size_t prefix_length, const int32_t* offsets, const uint8_t* bytes, int64_t count,
                   uint8_t* out) {
  switch (digest) {
    case ST_MD5: return digest_rows<MD5_CTX, 16, MD5_Init, MD5_Update, MD5_Final>(prefix, prefix_length, offsets, bytes, count, out);
    case ST_SHA1: return digest_rows<SHA_CTX, 20, SHA1_Init, SHA1_Update, SHA1_Final>(prefix, prefix_length, offsets, bytes, count, out);
    case ST_SHA224: return digest_rows<SHA256_CTX, 28, SHA224_Init, SHA224_Update, SHA224_Final>(prefix, prefix_length, offsets, bytes, count, out);
    case ST_SHA256: return digest_rows<SHA256_CTX, 32, SHA256_Init, SHA256_Update, SHA256_Final>(prefix, prefix_length, offsets, bytes, count, out);
    case ST_SHA384: return digest_rows<SHA512_CTX, 48, SHA384_Init, SHA384_Update, SHA384_Final>(prefix, prefix_length, offsets, bytes, count, out);
    case ST_SHA512: return digest_rows<SHA512_CTX, 64, SHA512_Init, SHA512_Update, SHA512_Final>(prefix, prefix_length, offsets, bytes, count, out);
  }
}

void st_hmac_sha256_hex(const uint8_t* key, size_t key_length, const int32_t* offsets, const uint8_t* bytes, int64_t count, uint8_t* out) {
  uint8_t block[64] = {0};
  if (key_length > sizeof(block)) {
    SHA256(key, key_length, block);
  } else if (key_length > 0) {
    std::memcpy(block, key, key_length);
  }
  SHA256_CTX inner, outer;
  for (uint8_t& byte : block) byte ^= 0x36;
  SHA256_Init(&inner);
  SHA256_Update(&inner, block, sizeof(block));
  for (uint8_t& byte : block) byte ^= 0x36 ^ 0x5c;
  SHA256_Init(&outer);
  SHA256_Update(&outer, block, sizeof(block));
  uint8_t digest[32];
  for (int64_t row = 0; row < count; ++row) {
    SHA256_CTX context = inner;
    SHA256_Update(&context, bytes + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row]));
    SHA256_Final(digest, &context);
    context = outer;
    SHA256_Update(&context, digest, sizeof(digest));
    SHA256_Final(digest, &context);
    write_hex(digest, 32, out + row * 64);
  }
}

}  // extern "C"
