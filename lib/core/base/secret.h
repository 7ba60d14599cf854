#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/bytes.h"

namespace pamjwt {

/// Bytes of a token or a key: movable, not copyable, wiped when dropped, and not printable.
///
/// Grows by moving into a new block and wiping the old one, so no copy is left behind.
class SecretString {
 public:
  SecretString() = default;
  explicit SecretString(std::string_view text) { Append(text); }
  SecretString(SecretString&& other) noexcept;
  SecretString& operator=(SecretString&& other) noexcept;
  SecretString(const SecretString&) = delete;
  SecretString& operator=(const SecretString&) = delete;
  ~SecretString() { Wipe(); }

  void Append(std::string_view text);
  /// Appends `size` bytes, 0 until the caller has written them; returns where they begin.
  char* Extend(std::size_t size);
  /// Makes room for `capacity` bytes; never shrinks.
  void Reserve(std::size_t capacity);
  /// Drops what stands behind the first `size` bytes.
  void Truncate(std::size_t size);
  /// Overwrites and forgets the content.
  void Wipe() noexcept;

  [[nodiscard]] std::string_view view() const { return {data_, size_}; }
  [[nodiscard]] ByteView bytes() const { return AsBytes(view()); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace pamjwt
