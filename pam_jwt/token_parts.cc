#include "pam_jwt/token_parts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pamjwt {
namespace {

constexpr std::array<std::size_t, 1> kSshd = {1023};        // ssh: readpass.c
constexpr std::array<std::size_t, 1> kSudo = {511};         // sudo: PAM_MAX_RESP_SIZE - 1
constexpr std::array<std::size_t, 2> kOther = {511, 4095};  // libpam_misc before 1.5.2, and since

}  // namespace

std::span<const std::size_t> CutLengths(std::string_view service) {
  if (service == "sshd") return kSshd;
  if (service == "sudo" || service == "sudo-i") return kSudo;
  if (service == "postgresql" || service == "mysql") return {};
  return kOther;
}

bool TokenParts::Add(std::string_view answer) {
  const bool is_cut =
      std::find(cut_lengths_.begin(), cut_lengths_.end(), answer.size()) != cut_lengths_.end();
  if (parts_ == 0) {
    first_size_ = answer.size();
  } else {
    all_same_ = all_same_ && answer == text_.view().substr(0, first_size_);
  }
  ++parts_;
  // One byte beyond the bound is enough for the decision to refuse the token for its length.
  const std::size_t room = max_bytes_ + 1 - text_.size();
  text_.Append(answer.substr(0, room));
  return is_cut && text_.size() <= max_bytes_;
}

std::string TokenParts::Prompt(const std::string& first) const {
  if (parts_ == 0) return first;
  return "Token (continued from byte " + std::to_string(text_.size()) + "): ";
}

SecretString TokenParts::Take() && {
  if (parts_ > 1 && all_same_) {
    text_.Truncate(first_size_);
  }
  return std::move(text_);
}

}  // namespace pamjwt
