#include "core/base/secret.h"

#include <string.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace pamjwt {

SecretString::SecretString(SecretString&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

SecretString& SecretString::operator=(SecretString&& other) noexcept {
  if (this != &other) {
    Wipe();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

void SecretString::Append(std::string_view text) {
  if (text.empty()) return;
  if (text.size() > capacity_ - size_) {
    Reserve(std::max(size_ + text.size(), 2 * capacity_));
  }
  std::memcpy(data_ + size_, text.data(), text.size());
  size_ += text.size();
}

char* SecretString::Extend(std::size_t size) {
  Reserve(size_ + size);
  char* const begin = data_ + size_;
  std::fill_n(begin, size, '\0');
  size_ += size;
  return begin;
}

void SecretString::Reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  std::allocator<char> allocator;
  char* const bigger = allocator.allocate(capacity);
  const std::size_t size = size_;
  if (size != 0) {
    std::memcpy(bigger, data_, size);
  }
  Wipe();
  data_ = bigger;
  size_ = size;
  capacity_ = capacity;
}

void SecretString::Truncate(std::size_t size) {
  if (size >= size_) return;
  explicit_bzero(data_ + size, size_ - size);
  size_ = size;
}

void SecretString::Wipe() noexcept {
  if (data_ == nullptr) return;
  explicit_bzero(data_, capacity_);
  std::allocator<char>().deallocate(data_, capacity_);
  data_ = nullptr;
  size_ = 0;
  capacity_ = 0;
}

}  // namespace pamjwt
