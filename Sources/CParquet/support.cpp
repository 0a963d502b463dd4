// Errors, Zstandard, memory, version.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <arrow/config.h>
#include <arrow/util/compression.h>

#include "internal.h"

namespace sluice {

namespace {

std::atomic<arrow::MemoryPool*> chosen_pool{nullptr};

/// A codec per thread: making one costs more than compressing a small block.
arrow::util::Codec& zstd(int32_t level) {
  thread_local std::unique_ptr<arrow::util::Codec> codec;
  thread_local int32_t codec_level = 0;
  if (level == 0) level = 1;
  if (level > 22) fail(SL_INVALID, "no zstd level " + std::to_string(level));
  if (codec == nullptr || codec_level != level) {
    codec = check(arrow::util::Codec::Create(arrow::Compression::ZSTD, level), SL_INVALID);
    codec_level = level;
  }
  return *codec;
}

void check_bytes(const uint8_t* in, int64_t count, const void* out, const int64_t* written) {
  if (count < 0 || (in == nullptr && count > 0)) fail(SL_INVALID, "no input");
  if (out == nullptr || written == nullptr) fail(SL_INVALID, "no place for the output");
}

}  // namespace

arrow::MemoryPool* pool() noexcept {
  arrow::MemoryPool* chosen = chosen_pool.load(std::memory_order_acquire);
  if (chosen != nullptr) return chosen;
  static arrow::MemoryPool* const preferred = [] {
    arrow::MemoryPool* jemalloc = nullptr;
    return arrow::jemalloc_memory_pool(&jemalloc).ok() ? jemalloc : arrow::default_memory_pool();
  }();
  return preferred;
}

int32_t report(sl_error* error, const Failure& failure) noexcept {
  if (error != nullptr) {
    error->code = failure.code;
    error->callback = failure.callback;
    size_t count = std::min(failure.message.size(), sizeof(error->message) - 1);
    // A cut must not leave half a UTF-8 character.
    if (count < failure.message.size()) {
      while (count > 0 && (static_cast<unsigned char>(failure.message[count]) & 0xC0) == 0x80) --count;
    }
    std::memcpy(error->message, failure.message.data(), count);
    error->message[count] = 0;
  }
  return failure.code;
}

}  // namespace sluice

using namespace sluice;

extern "C" {

const char* sl_error_message(const sl_error* error) { return error == nullptr ? "" : error->message; }

int64_t sl_zstd_max_compressed(int64_t count) {
  int64_t size = 0;
  guarded(nullptr, SL_INTERNAL, [&] { size = zstd(1).MaxCompressedLen(std::max<int64_t>(0, count), nullptr); });
  return size;
}

int32_t sl_zstd_compress(
    int32_t level, const uint8_t* in, int64_t count, uint8_t* out, int64_t capacity, int64_t* written, sl_error* error) {
  if (written != nullptr) *written = 0;
  return guarded(error, SL_INTERNAL, [&] {
    check_bytes(in, count, out, written);
    auto result = zstd(level).Compress(count, in, capacity, out);
    if (!result.ok() && capacity < sl_zstd_max_compressed(count)) {
      fail(SL_CAPACITY, "the output buffer is too small for the compressed bytes");
    }
    *written = check(std::move(result), SL_INTERNAL);
  });
}

int32_t sl_zstd_decompress(
    const uint8_t* in, int64_t count, uint8_t* out, int64_t capacity, int64_t* written, sl_error* error) {
  if (written != nullptr) *written = 0;
  return guarded(error, SL_CORRUPT, [&] {
    check_bytes(in, count, out, written);
    if (sl_zstd_content_size(in, count) > capacity) fail(SL_CAPACITY, "the output buffer is too small");
    auto result = zstd(0).Decompress(count, in, capacity, out);
    if (!result.ok() && result.status().message().find("too small") != std::string::npos) {
      fail(SL_CAPACITY, "the output buffer is too small");
    }
    *written = check(std::move(result), SL_CORRUPT);
  });
}

int64_t sl_zstd_content_size(const uint8_t* in, int64_t count) {
  static constexpr uint8_t magic[] = {0x28, 0xB5, 0x2F, 0xFD};
  if (in == nullptr || count < 5 || std::memcmp(in, magic, sizeof(magic)) != 0) return -2;
  const uint8_t descriptor = in[4];
  const bool single_segment = (descriptor & 0x20) != 0;
  static constexpr int dictionary_sizes[] = {0, 1, 2, 4};
  const int64_t position = 5 + (single_segment ? 0 : 1) + dictionary_sizes[descriptor & 3];
  const int flag = descriptor >> 6;
  const int size = flag == 0 ? (single_segment ? 1 : 0) : 1 << flag;
  if (size == 0) return -1;
  if (position + size > count) return -2;
  uint64_t value = 0;
  for (int index = 0; index < size; ++index) value |= uint64_t(in[position + index]) << (8 * index);
  if (flag == 1) value += 256;
  return value > uint64_t(INT64_MAX) ? -2 : static_cast<int64_t>(value);
}

int32_t sl_zstd_decompress_alloc(
    const uint8_t* in, int64_t count, int64_t limit, uint8_t** out, int64_t* written, sl_error* error) {
  if (out != nullptr) *out = nullptr;
  if (written != nullptr) *written = 0;
  return guarded(error, SL_CORRUPT, [&] {
    check_bytes(in, count, out, written);
    struct Free {
      void operator()(uint8_t* bytes) const { std::free(bytes); }
    };
    const int64_t stated = sl_zstd_content_size(in, count);
    if (stated == -2) fail(SL_CORRUPT, "not a zstd frame");
    limit = std::max<int64_t>(limit, 0);
    if (stated > limit) fail(SL_CAPACITY, "the decompressed bytes exceed the limit");
    // A header may lie about its size: start small enough to be harmless, then double.
    int64_t capacity = std::min(limit, std::max<int64_t>(stated >= 0 ? std::min<int64_t>(stated, 16 << 20) : 4 * count, 64));
    std::unique_ptr<uint8_t, Free> bytes(static_cast<uint8_t*>(std::malloc(std::max<int64_t>(capacity, 1))));
    if (bytes == nullptr) throw std::bad_alloc();
    auto stream = check(zstd(0).MakeDecompressor(), SL_INTERNAL);
    int64_t read = 0, filled = 0;
    uint8_t spare;
    while (true) {
      // At the limit one more byte is offered, which tells the end from too many bytes.
      const bool full = filled == capacity;
      const auto step = check(
          stream->Decompress(count - read, in + read, full ? 1 : capacity - filled, full ? &spare : bytes.get() + filled),
          SL_CORRUPT);
      read += step.bytes_read;
      if (full && step.bytes_written > 0) {
        if (capacity >= limit) fail(SL_CAPACITY, "the decompressed bytes exceed the limit");
        capacity = std::min(limit, capacity * 2);
        auto* larger = static_cast<uint8_t*>(std::realloc(bytes.get(), capacity));
        if (larger == nullptr) throw std::bad_alloc();
        (void)bytes.release();
        bytes.reset(larger);
        bytes.get()[filled++] = spare;
      } else {
        filled += step.bytes_written;
      }
      if (stream->IsFinished()) {
        if (read == count) break;
        check(stream->Reset(), SL_INTERNAL);
      } else if (step.bytes_read == 0 && step.bytes_written == 0) {
        fail(SL_CORRUPT, "the zstd frame ends early");
      }
    }
    *written = filled;
    *out = bytes.release();
  });
}

void sl_bytes_free(uint8_t* bytes) { std::free(bytes); }

int32_t sl_arrow_use_pool(int32_t wanted, sl_error* error) {
  return guarded(error, SL_UNSUPPORTED, [&] {
    arrow::MemoryPool* chosen = nullptr;
    switch (wanted) {
      case SL_POOL_DEFAULT: break;
      case SL_POOL_SYSTEM: chosen = arrow::system_memory_pool(); break;
      case SL_POOL_JEMALLOC: check(arrow::jemalloc_memory_pool(&chosen), SL_UNSUPPORTED); break;
      case SL_POOL_MIMALLOC: check(arrow::mimalloc_memory_pool(&chosen), SL_UNSUPPORTED); break;
      default: fail(SL_INVALID, "unknown pool " + std::to_string(wanted));
    }
    chosen_pool.store(chosen, std::memory_order_release);
  });
}

const char* sl_arrow_pool_name(void) {
  const std::string name = pool()->backend_name();
  if (name == "jemalloc") return "jemalloc";
  if (name == "mimalloc") return "mimalloc";
  return "system";
}

int64_t sl_arrow_allocated_bytes(void) { return pool()->bytes_allocated(); }
int64_t sl_arrow_peak_bytes(void) { return pool()->max_memory(); }
void sl_arrow_release_unused(void) { pool()->ReleaseUnused(); }
const char* sl_arrow_version(void) { return arrow::GetBuildInfo().version_string.c_str(); }

}  // extern "C"
