#pragma once

#include <cstdint>
#include <string>

namespace pamjwt::test {

/// A writer of the bits of deflate (RFC 1951 §3.1.1).
class BitWriter {
 public:
  void Number(unsigned value, int bits) {
    for (int i = 0; i < bits; ++i) Bit((value >> static_cast<unsigned>(i)) & 1U);
  }
  /// Writes a Huffman code, which has its highest bit first.
  void Code(unsigned value, int bits) {
    for (int i = bits - 1; i >= 0; --i) Bit((value >> static_cast<unsigned>(i)) & 1U);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void Bit(unsigned bit) {
    if (count_++ % 8 == 0) bytes_ += '\0';
    bytes_.back() = static_cast<char>(static_cast<unsigned char>(bytes_.back()) |
                                      (bit << static_cast<unsigned>((count_ - 1) % 8)));
  }

  std::string bytes_;
  int count_ = 0;
};

inline std::string LittleEndian32(std::uint32_t value) {
  std::string bytes;
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

/// Returns the CRC of `count` blanks (RFC 1952 §8).
inline std::uint32_t Crc32OfBlanks(std::size_t count) {
  std::uint32_t crc = 0xffffffffU;
  for (std::size_t i = 0; i < count; ++i) {
    crc ^= static_cast<std::uint32_t>(' ');
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

/// Returns 1 + 258 * `runs` blanks in gzip (RFC 1952), about 159 times smaller: a block of fixed
/// codes (RFC 1951 §3.2.6) with one literal, and runs of 258 bytes at distance 1.
inline std::string GzipOfBlanks(std::size_t runs) {
  BitWriter deflate;
  deflate.Number(1, 1);         // the last block
  deflate.Number(1, 2);         // of fixed codes
  deflate.Code(0x30 + ' ', 8);  // the literal
  for (std::size_t i = 0; i < runs; ++i) {
    deflate.Code(0xc0 + 285 - 280, 8);
    deflate.Code(0, 5);
  }
  deflate.Code(0, 7);  // the end of the block
  const std::size_t size = 1 + 258 * runs;
  return std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10) + deflate.bytes() +
         LittleEndian32(Crc32OfBlanks(size)) + LittleEndian32(static_cast<std::uint32_t>(size));
}

}  // namespace pamjwt::test
