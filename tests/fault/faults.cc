#include "fault/faults.h"

#include <link.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace pamjwt::fault {
namespace {

/// The addresses of the code of a library or of this executable.
struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;

  [[nodiscard]] bool Has(const void* address) const {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    return begin <= at && at < end;
  }
};

struct Block {
  void* memory = nullptr;
  const char* name = nullptr;  // null once it is freed
  const char* within = nullptr;
};

constexpr std::size_t kMaxBlocks = 1 << 13;

struct State {
  bool is_armed = false;
  bool is_begun = false;
  Plan plan;
  Note* note = nullptr;
  std::size_t points = 0;
  const char* within = nullptr;  // the call of the module that is in progress
  const char* failed = nullptr;
  const char* failed_within = nullptr;
  std::size_t failed_way = 0;
  bool fails_once = true;
  Range executable;  // calls from its code are the test's, not the module's
  Range cpp_library;
  Range module;
  std::array<Block, kMaxBlocks> blocks;  // a hash table by address
};

// The state must not allocate memory, since it is used where memory fails.
State state;

Range CodeOf(const dl_phdr_info& info) {
  Range code;
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    code.begin = info.dlpi_addr + header.p_vaddr;
    code.end = code.begin + header.p_memsz;
  }
  return code;
}

int TakeRange(dl_phdr_info* info, std::size_t /*size*/, void* /*data*/) {
  const std::string_view name = info->dlpi_name;
  if (name.empty()) {
    state.executable = CodeOf(*info);
  } else if (name.find("/libstdc++.so") != std::string_view::npos) {
    state.cpp_library = CodeOf(*info);
  } else if (name.ends_with("/pam_jwt.so")) {
    state.module = CodeOf(*info);
  }
  return 0;
}

bool IsMemory(const char* name) {
  constexpr std::string_view kNames[] = {"malloc", "calloc", "realloc", "aligned_alloc"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

/// Returns whether a call counts as the module's. Inside another call, only an allocation counts. A
/// call by the test's conversation never counts.
bool IsOfModule(const char* name, const void* caller) {
  if (!state.is_armed) return false;
  if (state.within == nullptr) return state.module.Has(caller);
  return IsMemory(name) && !state.executable.Has(caller) && !state.cpp_library.Has(caller);
}

void WriteNote(const char* name, const char* within, int error) {
  const char* const error_name = error == 0 ? nullptr : strerrorname_np(error);
  snprintf(state.note->data(), state.note->size(), "%s%s%s%s%s%s", name,
           error_name == nullptr ? "" : " (", error_name == nullptr ? "" : error_name,
           error_name == nullptr ? "" : ")", within == nullptr ? "" : " in ",
           within == nullptr ? "" : within);
}

/// Returns whether a library lost the block in the very call in which its memory failed.
bool IsLossOfLibrary(const Block& block) {
  return block.within != nullptr && block.within == state.failed_within && IsMemory(state.failed);
}

std::size_t HashOf(const void* memory) {
  constexpr std::uintptr_t kAlignment = 16;
  return reinterpret_cast<std::uintptr_t>(memory) / kAlignment % kMaxBlocks;
}

Block* FindBlock(const void* memory) {
  std::size_t at = HashOf(memory);
  for (std::size_t tries = 0; tries < kMaxBlocks; ++tries) {
    Block& block = state.blocks[at];
    if (block.memory == memory) return &block;
    // A freed block keeps its address, so only the end of the chain has none.
    if (block.memory == nullptr) return nullptr;
    at = (at + 1) % kMaxBlocks;
  }
  return nullptr;
}

}  // namespace

void Begin(Plan plan, Note& note) {
  state = State();
  state.plan = plan;
  state.note = &note;
  state.is_begun = true;
  dl_iterate_phdr(TakeRange, nullptr);
}

void Arm() {
  state.is_armed = true;
}
void Disarm() {
  state.is_armed = false;
}

std::size_t Points() {
  return state.points;
}

std::string Leaked() {
  for (const Block& block : state.blocks) {
    if (block.name == nullptr || IsLossOfLibrary(block)) continue;
    return std::string(block.name) + (block.within == nullptr ? "" : " in ") +
           (block.within == nullptr ? "" : block.within);
  }
  return "";
}

Call::Call(const char* name, const void* caller, std::span<const int> errors)
    : outer_(state.within) {
  Count(name, caller, errors.size(), errors.data());
  if (fails_) {
    errno = errors[way_];
  }
}

Call::Call(const char* name, const void* caller, std::size_t ways) : outer_(state.within) {
  Count(name, caller, ways, nullptr);
}

void Call::Count(const char* name, const void* caller, std::size_t ways, const int* errors) {
  if (!IsOfModule(name, caller)) return;
  const std::size_t first = state.points + 1;
  state.points += ways;
  if (first <= state.plan.point && state.plan.point <= state.points) {
    fails_ = true;
    way_ = state.plan.point - first;
    const int error = errors == nullptr ? 0 : errors[way_];
    state.failed = name;
    state.failed_within = state.within;
    state.failed_way = way_;
    // A call is interrupted once, not for ever.
    state.fails_once = state.plan.mode == Mode::kOnce || error == EINTR || error == EAGAIN;
    WriteNote(name, state.within, error);
  } else if (!state.fails_once && ways != 0 && std::string_view(state.failed) == name) {
    fails_ = true;
    way_ = std::min(state.failed_way, ways - 1);
  }
  if (state.within == nullptr) {
    state.within = name;
  }
}

Call::~Call() {
  state.within = outer_;
}

void Allocated(void* memory, const char* name, const void* caller) {
  if (!state.is_armed || memory == nullptr || state.cpp_library.Has(caller)) return;
  if (state.within == nullptr && !state.module.Has(caller)) return;
  std::size_t at = HashOf(memory);
  for (std::size_t tries = 0; tries < kMaxBlocks; ++tries) {
    Block& block = state.blocks[at];
    if (block.name == nullptr) {
      block = {memory, name, state.within};
      return;
    }
    at = (at + 1) % kMaxBlocks;
  }
}

void Freed(void* memory) {
  if (!state.is_begun || memory == nullptr) return;
  Block* const block = FindBlock(memory);
  if (block == nullptr) return;
  block->name = nullptr;
}

}  // namespace pamjwt::fault
