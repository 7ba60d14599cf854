#include "core/ssh/wire.h"

namespace pamjwt {

ByteView WireReader::Take(std::size_t size) {
  if (failed_ || size > left_.size()) {
    failed_ = true;
    return {};
  }
  const ByteView taken = left_.first(size);
  left_ = left_.subspan(size);
  return taken;
}

std::uint64_t WireReader::Integer(std::size_t size) {
  std::uint64_t value = 0;
  for (const std::uint8_t octet : Take(size)) {
    value = value << 8U | octet;
  }
  return value;
}

std::uint32_t WireReader::Uint32() {
  return static_cast<std::uint32_t>(Integer(4));
}

std::uint64_t WireReader::Uint64() {
  return Integer(8);
}

ByteView WireReader::String() {
  return Take(Uint32());
}

ByteView WireReader::PositiveMpint() {
  const ByteView number = String();
  if (number.empty() || (number[0] & 0x80U) != 0) {  // zero is the empty string
    failed_ = true;
    return {};
  }
  if (number[0] != 0) return number;
  // Only a number whose first bit is set needs the zero byte, which keeps it positive.
  if (number.size() == 1 || (number[1] & 0x80U) == 0) {
    failed_ = true;
    return {};
  }
  return number.subspan(1);
}

void WireWriter::Integer(std::uint64_t value, unsigned size) {
  for (unsigned shift = 8 * size; shift > 0;) {
    shift -= 8;
    bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

void WireWriter::String(ByteView value) {
  Uint32(static_cast<std::uint32_t>(value.size()));
  Raw(value);
}

void WireWriter::PositiveMpint(ByteView number) {
  while (!number.empty() && number.front() == 0) {
    number = number.subspan(1);
  }
  // A first bit that is set would make the number negative.
  const bool needs_zero = !number.empty() && (number.front() & 0x80U) != 0;
  Uint32(static_cast<std::uint32_t>(number.size() + (needs_zero ? 1 : 0)));
  if (needs_zero) {
    bytes_.push_back(0);
  }
  Raw(number);
}

void WireWriter::Raw(ByteView bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

}  // namespace pamjwt
