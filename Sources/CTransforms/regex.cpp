// Regular expressions through RE2, and search for plain text through the C library.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include <re2/re2.h>

#include "CTransforms.h"

struct st_regex {
  RE2 pattern;

  st_regex(const re2::StringPiece& text, const RE2::Options& options) : pattern(text, options) {}
};

namespace {

// What a program and its caches may take. RE2 refuses a pattern that needs more, and falls back to its slower automaton where a cache would.
constexpr int64_t kPatternMemory = 8 << 20;
constexpr int kMaxGroups = 10;

re2::StringPiece row_text(const int32_t* offsets, const uint8_t* bytes, int64_t row) {
  return {reinterpret_cast<const char*>(bytes) + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row])};
}

/// A run of bytes that grows up to a limit.
class Output {
 public:
  explicit Output(int64_t limit) : limit_(limit) {}
  ~Output() { std::free(bytes_); }

  bool append(const char* text, size_t length) {
    if (length == 0) return true;
    if (used_ + static_cast<int64_t>(length) > limit_) return false;
    if (used_ + static_cast<int64_t>(length) > capacity_ && !grow(used_ + static_cast<int64_t>(length))) return false;
    std::memcpy(bytes_ + used_, text, length);
    used_ += static_cast<int64_t>(length);
    return true;
  }

  int64_t used() const { return used_; }
  void truncate(int64_t used) { used_ = used; }

  uint8_t* release() {
    uint8_t* bytes = bytes_;
    bytes_ = nullptr;
    return bytes;
  }

 private:
  bool grow(int64_t needed) {
    int64_t capacity = capacity_ * 2 > needed ? capacity_ * 2 : needed + 64;
    void* grown = std::realloc(bytes_, static_cast<size_t>(capacity));
    if (grown == nullptr) return false;
    bytes_ = static_cast<uint8_t*>(grown);
    capacity_ = capacity;
    return true;
  }

  int64_t limit_;
  uint8_t* bytes_ = nullptr;
  int64_t used_ = 0;
  int64_t capacity_ = 0;
};

/// The character at the front of a text that is UTF-8, in bytes.
size_t character_length(const char* text, const char* end) {
  size_t length = 1;
  while (text + length < end && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return length;
}

bool append_rewrite(Output& output, const std::string& rewrite, const re2::StringPiece* groups) {
  for (size_t index = 0; index < rewrite.size(); ++index) {
    if (rewrite[index] != '\\' || index + 1 == rewrite.size()) {
      if (!output.append(&rewrite[index], 1)) return false;
      continue;
    }
    char next = rewrite[++index];
    if (next >= '0' && next <= '9') {
      const re2::StringPiece& group = groups[next - '0'];
      if (!output.append(group.data(), group.size())) return false;
    } else if (!output.append(&next, 1)) {
      return false;
    }
  }
  return true;
}

/// Calls `found` with the groups of each match, from left to right; matches do not overlap. `found` returns whether to go on.
template <typename Found>
void each_match(const RE2& pattern, const re2::StringPiece& text, int groups, Found found) {
  re2::StringPiece match[kMaxGroups];
  size_t at = 0;
  const char* last_end = nullptr;
  while (at <= text.size()) {
    if (!pattern.Match(text, at, text.size(), RE2::UNANCHORED, match, groups)) return;
    // An empty match right after another match is none of its own.
    if (match[0].empty() && match[0].data() == last_end) {
      if (at == text.size()) return;
      at += character_length(text.data() + at, text.data() + text.size());
      last_end = nullptr;
      continue;
    }
    if (!found(match)) return;
    last_end = match[0].data() + match[0].size();
    at = static_cast<size_t>(last_end - text.data());
  }
}

}  // namespace

extern "C" {

st_regex* st_regex_compile(const char* pattern, size_t length, int32_t ignores_case, char* error, size_t error_capacity) {
  try {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kPatternMemory);
    options.set_case_sensitive(ignores_case == 0);
    auto regex = std::make_unique<st_regex>(re2::StringPiece(pattern, length), options);
    if (regex->pattern.ok()) return regex.release();
    std::string message = regex->pattern.error();
    size_t count = std::min(message.size(), error_capacity - 1);
    std::memcpy(error, message.data(), count);
    error[count] = 0;
  } catch (const std::exception&) {
    if (error_capacity > 0) error[0] = 0;
  }
  return nullptr;
}

void st_regex_free(st_regex* regex) { delete regex; }

int32_t st_regex_group_count(const st_regex* regex) { return regex->pattern.NumberOfCapturingGroups(); }

void st_regex_match(const st_regex* regex, const int32_t* offsets, const uint8_t* bytes, int64_t count, uint8_t* bits) {
  for (int64_t row = 0; row < count; ++row) {
    re2::StringPiece text = row_text(offsets, bytes, row);
    if (regex->pattern.Match(text, 0, text.size(), RE2::UNANCHORED, nullptr, 0)) bits[row >> 3] |= static_cast<uint8_t>(1u << (row & 7));
  }
}

void st_regex_extract(const st_regex* regex, int32_t group, const int32_t* offsets, const uint8_t* bytes, int64_t count, int32_t* starts,
                      int32_t* lengths) {
  for (int64_t row = 0; row < count; ++row) {
    re2::StringPiece text = row_text(offsets, bytes, row);
    re2::StringPiece match[kMaxGroups];
    starts[row] = offsets[row];
    lengths[row] = -1;
    if (group < kMaxGroups && regex->pattern.Match(text, 0, text.size(), RE2::UNANCHORED, match, group + 1) && match[group].data() != nullptr) {
      starts[row] = offsets[row] + static_cast<int32_t>(match[group].data() - text.data());
      lengths[row] = static_cast<int32_t>(match[group].size());
    }
  }
}

void st_regex_count(const st_regex* regex, const int32_t* offsets, const uint8_t* bytes, int64_t count, int64_t* counts) {
  for (int64_t row = 0; row < count; ++row) {
    int64_t matches = 0;
    each_match(regex->pattern, row_text(offsets, bytes, row), 1, [&](const re2::StringPiece*) {
      ++matches;
      return true;
    });
    counts[row] = matches;
  }
}

int64_t st_regex_replace(const st_regex* regex, const char* rewrite, size_t rewrite_length, int32_t is_global, const int32_t* offsets,
                         const uint8_t* bytes, int64_t count, int64_t limit, int32_t* new_offsets, uint8_t** new_bytes) {
  *new_bytes = nullptr;
  new_offsets[0] = 0;
  try {
    const std::string text_of_rewrite(rewrite, rewrite_length);
    const int groups = 1 + std::min(kMaxGroups - 1, RE2::MaxSubmatch(text_of_rewrite));
    Output output(limit > INT32_MAX ? INT32_MAX : limit);
    int64_t row = 0;
    for (; row < count; ++row) {
      re2::StringPiece text = row_text(offsets, bytes, row);
      const char* from = text.data();
      bool fits = true;
      each_match(regex->pattern, text, groups, [&](const re2::StringPiece* match) {
        fits = output.append(from, static_cast<size_t>(match[0].data() - from)) && append_rewrite(output, text_of_rewrite, match);
        from = match[0].data() + match[0].size();
        return fits && is_global != 0;
      });
      fits = fits && output.append(from, static_cast<size_t>(text.data() + text.size() - from));
      if (!fits) {
        output.truncate(new_offsets[row]);
        break;
      }
      new_offsets[row + 1] = static_cast<int32_t>(output.used());
    }
    *new_bytes = output.release();
    return row;
  } catch (const std::exception&) {
    return 0;
  }
}

int32_t st_regex_accepts(const st_regex* regex, const char* rewrite, size_t rewrite_length) {
  std::string error;
  return regex->pattern.CheckRewriteString(re2::StringPiece(rewrite, rewrite_length), &error) ? 1 : 0;
}

int64_t st_find(const uint8_t* text, int64_t length, const uint8_t* part, int64_t part_length) {
  const void* found = memmem(text, static_cast<size_t>(length), part, static_cast<size_t>(part_length));
  return found == nullptr ? -1 : static_cast<const uint8_t*>(found) - text;
}

void st_bytes_free(uint8_t* bytes) { std::free(bytes); }

}  // extern "C"
