// malloc() and its relatives, in place of those of libc, which are called by their other names.
#include <malloc.h>

#include <cerrno>
#include <cstdlib>

#include "fault/faults.h"

// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): names of libc

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}

namespace {

using pamjwt::fault::Allocated;
using pamjwt::fault::Freed;
using pamjwt::fault::Pass;

template <typename... Arguments>
void* Allocate(const char* name, const void* caller, void* (*next)(Arguments...),
               Arguments... arguments) {
  void* const memory = Pass<void*>(name, caller, nullptr, {ENOMEM}, next, arguments...);
  Allocated(memory, name, caller);
  return memory;
}

}  // namespace

PAMJWT_IN_PLACE_OF void* malloc(std::size_t size) noexcept {
  return Allocate("malloc", PAMJWT_CALLER, __libc_malloc, size);
}

PAMJWT_IN_PLACE_OF void* calloc(std::size_t count, std::size_t size) noexcept {
  return Allocate("calloc", PAMJWT_CALLER, __libc_calloc, count, size);
}

PAMJWT_IN_PLACE_OF void* realloc(void* memory, std::size_t size) noexcept {
  void* const caller = PAMJWT_CALLER;
  void* const moved =
      Pass<void*>("realloc", caller, nullptr, {ENOMEM}, __libc_realloc, memory, size);
  if (moved != nullptr) {
    Freed(memory);
    Allocated(moved, "realloc", caller);
  }
  return moved;
}

PAMJWT_IN_PLACE_OF void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return Allocate("aligned_alloc", PAMJWT_CALLER, __libc_memalign, alignment, size);
}

PAMJWT_IN_PLACE_OF void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return Allocate("memalign", PAMJWT_CALLER, __libc_memalign, alignment, size);
}

PAMJWT_IN_PLACE_OF int posix_memalign(void** memory, std::size_t alignment,
                                      std::size_t size) noexcept {
  *memory = Allocate("posix_memalign", PAMJWT_CALLER, __libc_memalign, alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

PAMJWT_IN_PLACE_OF void free(void* memory) noexcept {
  Freed(memory);
  __libc_free(memory);
}

// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)
