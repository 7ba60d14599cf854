#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"

namespace pamjwt {

/// Reads the data types of the SSH protocol (RFC 4251 §5) one behind the other.
///
/// The first value that is absent or malformed makes the reader fail. It stays failed, takes
/// nothing more, and returns zeros and empty views. So the caller checks ok() once, behind the last
/// value that it reads. The bytes must outlive the reader and the views that it returns.
class WireReader {
 public:
  explicit WireReader(ByteView bytes) : left_(bytes) {}

  std::uint32_t Uint32();
  std::uint64_t Uint64();
  /// Reads a `string`: its length in four bytes, and that many bytes.
  ByteView String();
  /// Reads a `string` as text. Its bytes are not checked.
  std::string_view Text() { return AsText(String()); }
  /// Reads a positive `mpint`. Returns its bytes, big-endian, without a zero byte in front.
  /// Fails for zero, for a negative number, and for a number with needless bytes in front.
  ByteView PositiveMpint();

  /// Makes the reader fail, for a value that its caller refuses.
  void Fail() { failed_ = true; }
  /// Returns whether every value so far was there.
  [[nodiscard]] bool ok() const { return !failed_; }
  /// Returns whether all bytes were read, or the reader failed.
  [[nodiscard]] bool at_end() const { return failed_ || left_.empty(); }
  /// Returns the bytes that were not read yet.
  [[nodiscard]] ByteView left() const { return left_; }

 private:
  ByteView Take(std::size_t size);
  std::uint64_t Integer(std::size_t size);

  ByteView left_;
  bool failed_ = false;
};

/// Writes values one behind the other, as WireReader reads them.
class WireWriter {
 public:
  void Uint32(std::uint32_t value) { Integer(value, 4); }
  void Uint64(std::uint64_t value) { Integer(value, 8); }
  /// Writes a `string` of less than 2^32 bytes (RFC 4251 §5).
  void String(ByteView value);
  /// Writes a `string` that holds text, also of less than 2^32 bytes.
  void Text(std::string_view value) { String(AsBytes(value)); }
  /// Writes a positive `mpint`. `number` is big-endian, may have zero bytes in front, and is not
  /// zero.
  void PositiveMpint(ByteView number);
  /// Writes bytes that are in the form of the protocol already.
  void Raw(ByteView bytes);

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  void Integer(std::uint64_t value, unsigned size);

  Bytes bytes_;
};

}  // namespace pamjwt
