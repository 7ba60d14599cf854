#include "pam_jwt/token_parts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pamjwt {
namespace {

constexpr std::array<std::size_t, 1> kSshd = {1023};        // ssh: readpass.c
constexpr std::array<std::size_t, 1> kShort = {511};        // PAM_MAX_RESP_SIZE - 1
constexpr std::array<std::size_t, 2> kOther = {511, 4095};  // libpam_misc before 1.5.2, and since

struct ServiceLengths {
  std::string_view service;
  std::span<const std::size_t> lengths;
};

/// The services whose programs were looked at. docs/configuration.md has the same list.
constexpr std::array kServices = {
    ServiceLengths{"sshd", kSshd},    ServiceLengths{"sudo", kShort},
    ServiceLengths{"sudo-i", kShort}, ServiceLengths{"doas", kShort},
    ServiceLengths{"vlock", kShort},  ServiceLengths{"postgresql", {}},
    ServiceLengths{"mysql", {}},      ServiceLengths{"mariadb", {}},
    ServiceLengths{"cockpit", {}},    ServiceLengths{"polkit-1", {}},
};

std::span<const std::size_t> LengthsOf(std::string_view service) {
  for (const ServiceLengths& known : kServices) {
    if (known.service == service) return known.lengths;
  }
  return kOther;
}

}  // namespace

std::span<const std::size_t> CutLengths(std::string_view service, std::optional<bool> parts) {
  if (parts == false) return {};
  const std::span<const std::size_t> lengths = LengthsOf(service);
  return lengths.empty() && parts == true ? kOther : lengths;
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
