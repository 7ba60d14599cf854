#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/bytes.h"

namespace pamjwt {

/// Bytes of a token or a key. They can be moved but not copied or printed, and are wiped when they
/// are dropped.
///
/// The string grows by moving into a new block and wiping the old one, so that no copy stays in
/// memory.
class SecretString {
 public:
  SecretString() = default;
  explicit SecretString(std::string_view text) { Append(text); }
  SecretString(SecretString&& other) noexcept;
  SecretString& operator=(SecretString&& other) noexcept;
  SecretString(const SecretString&) = delete;
  SecretString& operator=(const SecretString&) = delete;
  ~SecretString() { Wipe(); }

  /// Appends `text`, which must not be a part of this string.
  void Append(std::string_view text);
  /// Appends `size` zero bytes, and returns a pointer to the first. The caller overwrites them. The
  /// pointer is valid until the next change.
  char* Extend(std::size_t size);
  /// Makes room for `capacity` bytes in all. Never shrinks.
  void Reserve(std::size_t capacity);
  /// Wipes and drops all bytes behind the first `size`, if there are any.
  void Truncate(std::size_t size);
  /// Overwrites the bytes, and frees their memory.
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
