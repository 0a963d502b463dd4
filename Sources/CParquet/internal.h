// What the parts of this shim share: errors, and the pool in use.
#pragma once

#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>

#include <arrow/memory_pool.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include "CParquet.h"

namespace sluice {

/// An error on its way to the C boundary.
struct Failure {
  int32_t code;
  std::string message;
  int32_t callback = 0;
};

int32_t report(sl_error* error, const Failure& failure) noexcept;

/// Runs `body` and turns whatever it throws into a code and a message. `otherwise` stands for failures that
/// Arrow's own status does not classify: what they mean depends on the direction.
template <typename Body>
int32_t guarded(sl_error* error, int32_t otherwise, Body&& body) noexcept {
  try {
    body();
    if (error != nullptr) {
      error->code = SL_OK;
      error->callback = 0;
      error->message[0] = 0;
    }
    return SL_OK;
  } catch (const Failure& failure) {
    return report(error, failure);
  } catch (const std::bad_alloc&) {
    return report(error, {SL_OUT_OF_MEMORY, "out of memory"});
  } catch (const std::exception& exception) {
    return report(error, {otherwise, exception.what()});
  } catch (...) {
    return report(error, {SL_INTERNAL, "an exception of unknown type"});
  }
}

[[noreturn]] inline void fail(int32_t code, std::string message) { throw Failure{code, std::move(message)}; }

/// Throws the failure that `status` stands for, if any.
inline void check(const arrow::Status& status, int32_t otherwise) {
  if (status.ok()) return;
  int32_t code = otherwise;
  if (status.IsOutOfMemory()) code = SL_OUT_OF_MEMORY;
  if (status.IsNotImplemented()) code = SL_UNSUPPORTED;
  fail(code, status.message());
}

template <typename Value>
Value check(arrow::Result<Value> result, int32_t otherwise) {
  check(result.status(), otherwise);
  return std::move(result).ValueUnsafe();
}

arrow::MemoryPool* pool() noexcept;

}  // namespace sluice
